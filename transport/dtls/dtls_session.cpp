#include "transport/dtls/dtls_session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "base/packet_buffer.hpp"
#include "transport/dtls/detail/datagram_bio.hpp"
#include "transport/dtls/detail/dtls_peer.hpp"
#include "transport/dtls/detail/dtls_record.hpp"

namespace sotto::transport {
namespace {

constexpr Duration kHandshakeBudget = 30s;
constexpr size_t kHandshakeByteBudget = 64 * 1024;  // received; an honest handshake takes about 1 KB
constexpr Duration kUnknownRoundTripTimeout = 100ms;
constexpr Duration kShortestTimeout = 50ms;  // as libwebrtc
constexpr Duration kLongestTimeout = 3s;
constexpr size_t kMaxWaitingMessages = 64;
constexpr std::string_view kExporterLabel = "EXTRACTOR-dtls_srtp";  // RFC 5764 4.2
constexpr unsigned long kAeadAes256Gcm = 0x0008;                    // RFC 7714 14.2

unsigned to_timer(Duration duration) { return static_cast<unsigned>(duration.count()); }

/// OpenSSL asks how long to wait: for a flight's first time, and then each time it has sent it again.
unsigned next_timeout(SSL* ssl, unsigned last_us) {
  if (last_us == 0) return static_cast<const DtlsPeer*>(SSL_get_app_data(ssl))->first_timeout_us;
  return std::min(2 * last_us, to_timer(kLongestTimeout));
}

struct SslDelete {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "unknown" : reason;
}

}  // namespace

struct DtlsSession::State {
  explicit State(DtlsOptions given);

  void advance(Timestamp now);
  void handshake();
  void finish_handshake();
  void read_messages();
  void fail(ErrorCode code, std::string message);
  void update_deadline(Timestamp now);

  DtlsOptions options;
  DtlsPeer peer;
  DatagramBio bio;
  std::unique_ptr<SSL, SslDelete> ssl;
  DtlsState state = DtlsState::kNew;
  Error failure;
  DtlsParameters parameters;
  DtlsCounters counters;
  std::deque<Bytes> messages;
  Bytes input;
  Timestamp give_up_at;
  std::optional<Timestamp> deadline;
};

DtlsSession::State::State(DtlsOptions given) : options(std::move(given)) {
  SOTTO_ASSERT(options.certificate != nullptr);
  peer.expected_fingerprint = options.peer_fingerprint;
  peer.first_timeout_us = to_timer(kUnknownRoundTripTimeout);
  ssl.reset(SSL_new(options.certificate->context()));
  SOTTO_ASSERT(ssl != nullptr);
  SSL_set_app_data(ssl.get(), &peer);
  BIO* both_ways = bio.new_reference();  // one reference serves reading and writing
  SSL_set_bio(ssl.get(), both_ways, both_ways);
  SSL_set_mtu(ssl.get(), kMaxDatagramSize);
  DTLS_set_timer_cb(ssl.get(), next_timeout);
  if (options.role == DtlsRole::kClient) {
    SSL_set_connect_state(ssl.get());
  } else {
    SSL_set_accept_state(ssl.get());
  }
}

void DtlsSession::State::advance(Timestamp now) {
  ERR_clear_error();
  bio.begin_flight();
  if (state == DtlsState::kHandshaking) handshake();
  if (state == DtlsState::kConnected) read_messages();
  ERR_clear_error();
  bio.clear_input();
  update_deadline(now);
}

void DtlsSession::State::handshake() {
  const int result = SSL_do_handshake(ssl.get());
  if (result == 1) return finish_handshake();
  const int error = SSL_get_error(ssl.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
  if (peer.fingerprint_mismatch) {
    return fail(ErrorCode::kRefused, "the peer's certificate is not the one named in its signalling");
  }
  fail(ErrorCode::kRefused, "the DTLS handshake failed: " + openssl_reason());
}

void DtlsSession::State::finish_handshake() {
  const SRTP_PROTECTION_PROFILE* profile = SSL_get_selected_srtp_profile(ssl.get());
  if (profile == nullptr || profile->id != kAeadAes256Gcm) {
    return fail(ErrorCode::kRefused, "the peer offers no SRTP protection that we accept");
  }
  // Without it a man in the middle can give two sessions the same exporter output (RFC 7627 1).
  if (SSL_get_extms_support(ssl.get()) != 1) {
    return fail(ErrorCode::kRefused, "the peer does not support the extended master secret");
  }
  parameters = {.version = SSL_get_version(ssl.get()),
                .cipher = SSL_get_cipher_name(ssl.get()),
                .srtp_profile = profile->name,
                .srtp_profile_id = static_cast<uint16_t>(profile->id)};
  state = DtlsState::kConnected;
}

void DtlsSession::State::read_messages() {
  std::array<uint8_t, DtlsSession::kMaxMessageSize + 1> buffer;
  while (true) {
    const int count = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count > 0) {
      const size_t size = static_cast<size_t>(count);
      if (size > DtlsSession::kMaxMessageSize || messages.size() >= kMaxWaitingMessages) {
        ++counters.messages_dropped;
      } else {
        messages.emplace_back(buffer.begin(), buffer.begin() + count);
      }
      continue;
    }
    const int error = SSL_get_error(ssl.get(), count);
    if (error == SSL_ERROR_ZERO_RETURN) {
      state = DtlsState::kClosed;
    } else if (error != SSL_ERROR_WANT_READ) {
      // The keys stay good whatever somebody sends; only an authentic close_notify ends an association.
      ++counters.errors_ignored;
    }
    return;
  }
}

void DtlsSession::State::fail(ErrorCode code, std::string message) {
  state = DtlsState::kFailed;
  failure = {code, std::move(message)};
}

void DtlsSession::State::update_deadline(Timestamp now) {
  deadline.reset();
  if (state != DtlsState::kHandshaking) return;
  deadline = give_up_at;
  timeval left{};
  if (DTLSv1_get_timeout(ssl.get(), &left) != 1) return;
  // OpenSSL counts by the calendar clock: if that is set back, we still look again in time.
  const Duration wait = std::min<Duration>(std::chrono::seconds(left.tv_sec) + Duration(left.tv_usec), kLongestTimeout);
  deadline = std::min(give_up_at, now + wait);
}

DtlsSession::DtlsSession(DtlsOptions options) : state_(std::make_unique<State>(std::move(options))) {}
DtlsSession::~DtlsSession() = default;

void DtlsSession::start(Timestamp now) {
  SOTTO_ASSERT(state_->state == DtlsState::kNew);
  state_->state = DtlsState::kHandshaking;
  state_->give_up_at = now + kHandshakeBudget;
  state_->advance(now);
}

void DtlsSession::on_datagram(ByteView datagram, Timestamp now) {
  State& self = *state_;
  if (self.state != DtlsState::kHandshaking && self.state != DtlsState::kConnected) return;
  self.input.clear();
  while (const auto record = take_record(datagram)) {
    if (is_plausible(*record)) append(self.input, record->bytes);
  }
  if (self.input.empty()) return;
  self.counters.bytes_received += self.input.size();
  if (self.state == DtlsState::kHandshaking && self.counters.bytes_received > kHandshakeByteBudget) {
    self.fail(ErrorCode::kRefused, "the peer sent too much for a DTLS handshake");
    self.update_deadline(now);
    return;
  }
  self.bio.set_input(self.input);
  self.advance(now);
}

std::optional<Bytes> DtlsSession::poll_datagram() {
  std::deque<Bytes>& output = state_->bio.output();
  if (output.empty()) return std::nullopt;
  Bytes datagram = std::move(output.front());
  output.pop_front();
  ++state_->counters.datagrams_sent;
  return datagram;
}

std::optional<Timestamp> DtlsSession::next_deadline() const { return state_->deadline; }

void DtlsSession::on_deadline(Timestamp now) {
  State& self = *state_;
  if (self.state != DtlsState::kHandshaking) return;
  ERR_clear_error();
  self.bio.begin_flight();
  const long result = now < self.give_up_at ? DTLSv1_handle_timeout(self.ssl.get()) : -1;
  if (result > 0) ++self.counters.flights_resent;
  if (result < 0) self.fail(ErrorCode::kTimeout, "the peer did not complete the DTLS handshake in time");
  ERR_clear_error();
  self.update_deadline(now);
}

void DtlsSession::set_round_trip_time(Duration round_trip_time) {
  state_->peer.first_timeout_us = to_timer(std::clamp(2 * round_trip_time, kShortestTimeout, kLongestTimeout));
}

DtlsState DtlsSession::state() const { return state_->state; }

const Error& DtlsSession::failure() const {
  SOTTO_ASSERT(state_->state == DtlsState::kFailed);
  return state_->failure;
}

const DtlsParameters& DtlsSession::parameters() const { return state_->parameters; }
const DtlsCounters& DtlsSession::counters() const { return state_->counters; }

Result<Secret<88>> DtlsSession::export_srtp_keys() {
  if (state_->state != DtlsState::kConnected) {
    return Error{ErrorCode::kRefused, "the DTLS association is not established"};
  }
  Secret<88> keys;
  if (SSL_export_keying_material(state_->ssl.get(), keys.mutable_view().data(), keys.size(), kExporterLabel.data(),
                                 kExporterLabel.size(), nullptr, 0, 0) != 1) {
    ERR_clear_error();
    return Error{ErrorCode::kInternal, "OpenSSL could not export the SRTP keys"};
  }
  return keys;
}

Result<void> DtlsSession::send(ByteView message) {
  if (state_->state != DtlsState::kConnected) {
    return Error{ErrorCode::kRefused, "the DTLS association is not established"};
  }
  if (message.empty() || message.size() > kMaxMessageSize) {
    return Error{ErrorCode::kInvalidArgument, "a message in the DTLS channel has 1 to 1100 bytes"};
  }
  ERR_clear_error();
  state_->bio.begin_flight();
  if (SSL_write(state_->ssl.get(), message.data(), static_cast<int>(message.size())) <= 0) {
    ++state_->counters.errors_ignored;
    ERR_clear_error();
    return Error{ErrorCode::kInternal, "OpenSSL could not send in the DTLS association"};
  }
  return {};
}

std::optional<Bytes> DtlsSession::poll_message() {
  if (state_->messages.empty()) return std::nullopt;
  Bytes message = std::move(state_->messages.front());
  state_->messages.pop_front();
  return message;
}

void DtlsSession::close() {
  State& self = *state_;
  if (self.state == DtlsState::kConnected) {
    ERR_clear_error();
    self.bio.begin_flight();
    (void)SSL_shutdown(self.ssl.get());  // sends close_notify; the peer's own is not waited for
    ERR_clear_error();
  }
  if (self.state != DtlsState::kFailed) self.state = DtlsState::kClosed;
  self.deadline.reset();
}

}  // namespace sotto::transport
