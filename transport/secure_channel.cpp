#include "transport/secure_channel.hpp"

#include <utility>

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

constexpr size_t kMaxHeldDatagrams = 8;
constexpr size_t kMaxHeldBytes = 16 * 1024;

}  // namespace

SecureChannel::SecureChannel(SecureChannelOptions options) : options_(std::move(options)) {
  SOTTO_ASSERT(options_.certificate != nullptr);
}
SecureChannel::~SecureChannel() = default;

void SecureChannel::set_peer_fingerprint(const Sha256Digest& fingerprint, Timestamp now) {
  if (options_.peer_fingerprint) return;
  options_.peer_fingerprint = fingerprint;
  start_if_ready(now);
}

void SecureChannel::on_path_writable(Timestamp now) {
  path_writable_ = true;
  start_if_ready(now);
}

void SecureChannel::start_if_ready(Timestamp now) {
  if (dtls_ || closed_ || !path_writable_ || !options_.peer_fingerprint) return;
  dtls_.emplace(DtlsOptions{
      .role = options_.role, .certificate = options_.certificate, .peer_fingerprint = *options_.peer_fingerprint});
  if (round_trip_time_) dtls_->set_round_trip_time(*round_trip_time_);
  dtls_->start(now);
  for (const Bytes& datagram : std::exchange(held_, {})) dtls_->on_datagram(datagram, now);
}

void SecureChannel::on_dtls_datagram(ByteView datagram, Timestamp now) {
  if (dtls_) {
    dtls_->on_datagram(datagram, now);
  } else if (!closed_ && held_.size() < kMaxHeldDatagrams && held_bytes_ + datagram.size() <= kMaxHeldBytes) {
    held_.emplace_back(datagram.begin(), datagram.end());
    held_bytes_ += datagram.size();
  }
}

std::optional<Bytes> SecureChannel::poll_datagram() { return dtls_ ? dtls_->poll_datagram() : std::nullopt; }

std::optional<Timestamp> SecureChannel::next_deadline() const { return dtls_ ? dtls_->next_deadline() : std::nullopt; }

void SecureChannel::on_deadline(Timestamp now) {
  if (dtls_) dtls_->on_deadline(now);
}

void SecureChannel::set_round_trip_time(Duration round_trip_time) {
  round_trip_time_ = round_trip_time;
  if (dtls_) dtls_->set_round_trip_time(round_trip_time);
}

DtlsState SecureChannel::state() const {
  if (dtls_) return dtls_->state();
  return closed_ ? DtlsState::kClosed : DtlsState::kNew;
}

const Error& SecureChannel::failure() const {
  SOTTO_ASSERT(dtls_.has_value());
  return dtls_->failure();
}

std::optional<SecuredMedia> SecureChannel::take_secured_media() {
  if (media_taken_ || state() != DtlsState::kConnected) return std::nullopt;
  auto exporter = dtls_->export_srtp_keys();
  if (!exporter) return std::nullopt;
  media_taken_ = true;

  const bool client = options_.role == DtlsRole::kClient;
  const Sha256Digest& own = options_.certificate->fingerprint();
  const Sha256Digest& peer = *options_.peer_fingerprint;
  const DtlsParameters& parameters = dtls_->parameters();
  MixedKeys mixed = mix_media_keys(options_.media_keys, *exporter, client ? own : peer, client ? peer : own,
                                   parameters.srtp_profile_id);
  options_.media_keys = {};  // wiped: they are used once
  return SecuredMedia{.keys = std::move(mixed.keys),
                      .role = options_.role,
                      .own_confirmation = client ? mixed.client_confirmation : mixed.server_confirmation,
                      .expected_confirmation = client ? mixed.server_confirmation : mixed.client_confirmation,
                      .cipher = parameters.cipher,
                      .dtls_version = parameters.version,
                      .srtp_profile = parameters.srtp_profile};
}

Result<void> SecureChannel::send_message(ByteView message) {
  if (!dtls_) return Error{ErrorCode::kRefused, "the secure channel is not connected"};
  return dtls_->send(message);
}

std::optional<Bytes> SecureChannel::poll_message() { return dtls_ ? dtls_->poll_message() : std::nullopt; }

void SecureChannel::close() {
  closed_ = true;
  held_.clear();
  if (dtls_) dtls_->close();
}

}  // namespace sotto::transport
