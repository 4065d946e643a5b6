#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "transport/dtls/client_hello.hpp"
#include "transport/dtls/dtls_session.hpp"
#include "transport/srtp/srtp_keys.hpp"

namespace sotto::transport {

struct SecureChannelOptions {
  DtlsRole role = DtlsRole::kClient;
  std::shared_ptr<const DtlsCertificate> certificate = {};
  /// Known already, or told later by set_peer_fingerprint().
  std::optional<Sha256Digest> peer_fingerprint = {};
  MediaKeyInputs media_keys = {};
};

/// What a connected channel hands over to media, once.
struct SecuredMedia {
  SrtpKeys keys;
  DtlsRole role = DtlsRole::kClient;                ///< ours
  std::array<uint8_t, 16> own_confirmation{};       ///< to send to the peer
  std::array<uint8_t, 16> expected_confirmation{};  ///< to expect from it
  std::string cipher;
  std::string dtls_version;
  std::string srtp_profile;
};

/// What is warm while a call rings: the DTLS association with the peer and its application channel. It derives the
/// media keys, but can neither protect nor open media.
///
/// The handshake starts when the path is writable and the peer's fingerprint is known; what arrives earlier is held
/// (at most 8 datagrams and 16 KiB, the latest are dropped), so a ClientHello that overtakes the signalling is not
/// lost.
///
/// A DTLS handshake begins in the clear, so anybody who can send us a datagram can spoil one. That ends an attempt, not
/// the channel: it starts over with the same certificate and role, at most 8 times, the first time at once and then at
/// least 1 s after the attempt before. A server listens to nothing but a ClientHello until it has one, stays with it
/// for 500 ms, and then turns to a newer one if there is any; a client starts over if its handshake was answered but is
/// not done 10 s later. Once connected, nothing that is not authentic changes anything.
///
/// Network thread only; no clock, no socket.
class SecureChannel {
 public:
  explicit SecureChannel(SecureChannelOptions options);
  ~SecureChannel();

  /// Sets whom to expect. Ignored if it is known already: it never changes.
  void set_peer_fingerprint(const Sha256Digest& fingerprint, Timestamp now);
  /// Datagrams can be sent from now on: a client starts at once. May be called again.
  void on_path_writable(Timestamp now);

  /// Takes a datagram of kind kDtls. Anything may be in it.
  void on_dtls_datagram(ByteView datagram, Timestamp now);
  /// The next datagram to send, if any. Ask until there is none, after each call that takes `now` or sends.
  std::optional<Bytes> poll_datagram();

  /// The next moment on_deadline() has work, if any.
  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);
  /// Tells the handshake how long the path's round trip is.
  void set_round_trip_time(Duration round_trip_time);

  DtlsState state() const;
  /// Why the last attempt failed: kTimeout if the peer was silent or stopped answering, kRefused if what came was not
  /// acceptable, such as another certificate. Only in state kFailed, when all attempts are used up.
  const Error& failure() const;

  /// The media keys: once, after the state became kConnected; nothing before and afterwards.
  std::optional<SecuredMedia> take_secured_media();

  /// Sends a message of at most DtlsSession::kMaxMessageSize bytes to the peer, unreliably. kRefused unless connected.
  Result<void> send_message(ByteView message);
  /// The next message from the peer, if any. May be lost, repeated by the sender or out of order.
  std::optional<Bytes> poll_message();

  /// Tells the peer that the channel ends.
  void close();

 private:
  void start_if_ready(Timestamp now);
  void start_attempt(Timestamp now);
  void end_attempt(Error reason, Timestamp now);
  void end_attempt_if_failed(Timestamp now);
  void receive(ByteView datagram, Timestamp now);
  /// As a server before it is connected: whether `datagram` is for the current attempt, or for the one that this
  /// begins because it brings a newer ClientHello.
  bool follows_hello(ByteView datagram, Timestamp now);

  SecureChannelOptions options_;
  std::optional<Duration> round_trip_time_;
  bool path_writable_ = false;
  bool media_taken_ = false;
  bool closed_ = false;
  std::vector<Bytes> held_;
  size_t held_bytes_ = 0;
  std::optional<DtlsSession> dtls_;         // the current attempt
  std::optional<Timestamp> started_at_;     // the last attempt, or a server's ClientHello
  std::optional<ClientHelloRandom> hello_;  // which a server answers
  std::optional<Timestamp> stalled_at_;     // when a client that was answered no longer waits
  std::optional<Timestamp> restart_at_;     // if no attempt is under way
  int failed_attempts_ = 0;
  Error failure_;
};

}  // namespace sotto::transport
