#include "transport/secure_channel.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

constexpr size_t kMaxHeldDatagrams = 8;
constexpr size_t kMaxHeldBytes = 16 * 1024;
// Attempts: a forged flight costs one, an honest handshake needs one.
constexpr int kMaxRestarts = 8;
constexpr Duration kMinTimeBetweenStarts = 1s;  // but for the first restart, which comes at once
// A client that was answered is connected after one more round trip. Long enough for five repetitions: if the server
// is connected already and only its last flight got lost, starting over finds nobody.
constexpr Duration kStallTime = 10s;
// How long a server stays with the ClientHello it answers: longer than most handshakes take, so that a stranger's
// hello does not get in between, and short enough for the client's next repetition if the stranger came first.
constexpr Duration kHelloTenure = 500ms;

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
  if (started_at_ || closed_ || !path_writable_ || !options_.peer_fingerprint) return;
  start_attempt(now);
  for (const Bytes& datagram : std::exchange(held_, {})) receive(datagram, now);
}

void SecureChannel::start_attempt(Timestamp now) {
  restart_at_.reset();
  hello_.reset();
  stalled_at_.reset();
  started_at_ = now;
  dtls_.emplace(DtlsOptions{
      .role = options_.role, .certificate = options_.certificate, .peer_fingerprint = *options_.peer_fingerprint});
  if (round_trip_time_) dtls_->set_round_trip_time(*round_trip_time_);
  dtls_->start(now);
}

void SecureChannel::end_attempt(Error reason, Timestamp now) {
  dtls_.reset();  // with its alert, which the peer could not tell from a forged one
  failure_ = std::move(reason);
  ++failed_attempts_;
  if (failed_attempts_ > kMaxRestarts) return;
  restart_at_ = failed_attempts_ == 1 ? now : std::max(now, *started_at_ + kMinTimeBetweenStarts);
  if (*restart_at_ <= now) start_attempt(now);
}

void SecureChannel::end_attempt_if_failed(Timestamp now) {
  if (dtls_ && dtls_->state() == DtlsState::kFailed) end_attempt(dtls_->failure(), now);
}

void SecureChannel::on_dtls_datagram(ByteView datagram, Timestamp now) {
  if (started_at_) {
    receive(datagram, now);
  } else if (!closed_ && held_.size() < kMaxHeldDatagrams && held_bytes_ + datagram.size() <= kMaxHeldBytes) {
    held_.emplace_back(datagram.begin(), datagram.end());
    held_bytes_ += datagram.size();
  }
}

void SecureChannel::receive(ByteView datagram, Timestamp now) {
  if (!dtls_) return;  // between two attempts, or after the last
  const bool client = options_.role == DtlsRole::kClient;
  if (!client && dtls_->state() == DtlsState::kHandshaking && !follows_hello(datagram, now)) return;
  dtls_->on_datagram(datagram, now);
  if (client && !stalled_at_ && dtls_->counters().bytes_received > 0) stalled_at_ = now + kStallTime;
  end_attempt_if_failed(now);
}

bool SecureChannel::follows_hello(ByteView datagram, Timestamp now) {
  const auto random = client_hello_random(datagram);
  if (!random) return hello_.has_value();
  if (hello_ == random) return true;
  if (hello_) {
    if (now - *started_at_ < kHelloTenure) return false;
    start_attempt(now);
  }
  hello_ = random;
  started_at_ = now;
  return true;
}

std::optional<Bytes> SecureChannel::poll_datagram() { return dtls_ ? dtls_->poll_datagram() : std::nullopt; }

std::optional<Timestamp> SecureChannel::next_deadline() const {
  if (!dtls_) return restart_at_;
  const auto deadline = dtls_->next_deadline();
  return deadline && stalled_at_ ? std::min(*deadline, *stalled_at_) : deadline;
}

void SecureChannel::on_deadline(Timestamp now) {
  if (restart_at_ && *restart_at_ <= now) return start_attempt(now);
  if (!dtls_) return;
  if (stalled_at_ && *stalled_at_ <= now && dtls_->state() == DtlsState::kHandshaking) {
    return end_attempt({ErrorCode::kTimeout, "the DTLS handshake began and then got no further"}, now);
  }
  dtls_->on_deadline(now);
  end_attempt_if_failed(now);
}

void SecureChannel::set_round_trip_time(Duration round_trip_time) {
  round_trip_time_ = round_trip_time;
  if (dtls_) dtls_->set_round_trip_time(round_trip_time);
}

DtlsState SecureChannel::state() const {
  if (failed_attempts_ > kMaxRestarts) return DtlsState::kFailed;
  if (dtls_) return dtls_->state();
  if (closed_) return DtlsState::kClosed;
  return restart_at_ ? DtlsState::kHandshaking : DtlsState::kNew;
}

const Error& SecureChannel::failure() const {
  SOTTO_ASSERT(state() == DtlsState::kFailed);
  return failure_;
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
  restart_at_.reset();
  if (dtls_) dtls_->close();
}

}  // namespace sotto::transport
