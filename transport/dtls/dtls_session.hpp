#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"
#include "base/secret.hpp"
#include "transport/dtls/dtls_certificate.hpp"
#include "transport/dtls/dtls_role.hpp"

namespace sotto::transport {

enum class DtlsState {
  kNew,          ///< start() was not called yet
  kHandshaking,  ///< flights are on the way
  kConnected,    ///< both sides are authenticated; keys can be exported, messages flow
  kFailed,       ///< this association failed and will never be connected: see failure()
  kClosed,       ///< the peer closed an established association, authenticated
};

struct DtlsOptions {
  DtlsRole role = DtlsRole::kClient;
  std::shared_ptr<const DtlsCertificate> certificate = {};
  Sha256Digest peer_fingerprint{};  ///< what the peer's certificate must hash to (SHA-256 over DER)
};

/// What was negotiated, by the names that OpenSSL gives them, for statistics.
struct DtlsParameters {
  std::string version;       ///< "DTLSv1.2"
  std::string cipher;        ///< "ECDHE-ECDSA-AES256-GCM-SHA384"
  std::string srtp_profile;  ///< "SRTP_AEAD_AES_256_GCM"
  uint16_t srtp_profile_id = 0;
};

/// What happened to an association, counted.
struct DtlsCounters {
  uint64_t bytes_received = 0;  ///< in records that a peer of ours can have sent
  uint64_t datagrams_sent = 0;
  uint64_t flights_resent = 0;    ///< after our timer ran out
  uint64_t errors_ignored = 0;    ///< after the association was established
  uint64_t messages_dropped = 0;  ///< application data that nobody fetched in time, or empty, or too long
};

/// One DTLS 1.2 association for DTLS-SRTP (RFC 5764, RFC 6347), without sockets: datagrams go in and out by value.
/// Both certificates are required, and the peer's must have the fingerprint that the signalling handshake carried.
/// Datagrams hold whole records and are at most kMaxDatagramSize long. Network thread only.
///
/// A handshake begins in the clear, so whoever can send us datagrams can make it fail with a forged flight; alerts in
/// the clear and what is no DTLS record are ignored. SecureChannel therefore tries again.
///
/// OpenSSL runs its retransmission timer by the system's clock, so next_deadline() is that timer's remaining time from
/// the moment of the last call on.
class DtlsSession {
 public:
  explicit DtlsSession(DtlsOptions options);
  ~DtlsSession();
  DtlsSession(const DtlsSession&) = delete;
  DtlsSession& operator=(const DtlsSession&) = delete;

  /// Begins the handshake: a client's first flight can be fetched at once. Once only.
  void start(Timestamp now);
  /// Takes a datagram from the peer. Anything at all may be in it. Ignored before start() and after a failure.
  void on_datagram(ByteView datagram, Timestamp now);
  /// The next datagram to send, if any. Ask until there is none, after each call that takes `now` or sends.
  std::optional<Bytes> poll_datagram();

  /// The next moment on_deadline() has work, if any.
  std::optional<Timestamp> next_deadline() const;
  /// Sends the last flight again, or gives up.
  void on_deadline(Timestamp now);
  /// Sets how long to wait before a flight is sent again: two round trips, within 50 ms and 3 s, doubling with each
  /// repetition up to 3 s. 100 ms while no round trip is known. Counts from the next flight on.
  void set_round_trip_time(Duration round_trip_time);

  DtlsState state() const;
  /// Why the handshake failed. Only in state kFailed.
  const Error& failure() const;
  /// What was negotiated. Only in states kConnected and kClosed.
  const DtlsParameters& parameters() const;
  const DtlsCounters& counters() const;

  /// Master keys and salts as the exporter gives them (RFC 5764 4.2). Only in state kConnected.
  Result<Secret<88>> export_srtp_keys();

  /// Sends application data as one record in one datagram. At most kMaxMessageSize bytes, at least one; only in state
  /// kConnected. It is not repeated if it gets lost.
  Result<void> send(ByteView message);
  /// The next message from the peer, if any; one per record, in order of arrival, each at most once.
  std::optional<Bytes> poll_message();

  /// Tells the peer that the association ends here (close_notify). Nothing can be sent afterwards.
  void close();

  static constexpr size_t kMaxMessageSize = 1100;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::transport
