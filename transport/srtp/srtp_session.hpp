#pragma once

#include <cstdint>
#include <memory>

#include <sotto/result.hpp>

#include "base/packet_buffer.hpp"
#include "transport/dtls/dtls_role.hpp"
#include "transport/srtp/srtp_keys.hpp"

namespace sotto::transport {

/// How many packets one set of keys may protect before the call has to be keyed anew, over all SSRCs together.
struct SrtpLimits {
  uint64_t rtp_packets = uint64_t{1} << 40;   ///< our own rule, far below the 2^48 of RFC 7714
  uint64_t rtcp_packets = uint64_t{1} << 31;  ///< RFC 3711 9.2: the SRTCP index has 31 bits
};

/// Protects what we send and opens what the peer sends: SRTP and SRTCP with AEAD_AES_256_GCM (RFC 3711, RFC 7714).
///
/// Everything happens in place. Packets that do not authenticate or were seen before change nothing here; they come
/// back empty, so that nobody can read what was half decrypted. Belongs to the thread that uses it first: one thread,
/// asserted.
class SrtpSession {
 public:
  /// Consumes `keys`. `role` is our role in the DTLS association that they come from.
  static Result<SrtpSession> create(SrtpKeys keys, DtlsRole role, SrtpLimits limits = {});

  SrtpSession(SrtpSession&&) noexcept;
  SrtpSession& operator=(SrtpSession&&) noexcept;
  ~SrtpSession();

  /// Encrypts an RTP packet: 16 bytes longer. kMalformed if it is not RTP, kRefused if its sequence number went back or
  /// was used before, or if the limit is reached.
  Result<void> protect_rtp(PacketBuffer& packet);
  /// Encrypts a compound RTCP packet: 20 bytes longer. Errors as above.
  Result<void> protect_rtcp(PacketBuffer& packet);
  /// Opens an SRTP packet: 16 bytes shorter. kMalformed if it cannot be SRTP, kRefused if the tag is wrong, if it is a
  /// replay or older than the last 1024, or if the peer uses too many SSRCs.
  Result<void> unprotect_rtp(PacketBuffer& packet);
  /// Opens an SRTCP packet: 20 bytes shorter. Errors as above.
  Result<void> unprotect_rtcp(PacketBuffer& packet);

 private:
  struct State;
  explicit SrtpSession(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Protects and opens one known packet. The symbols of AES-256-GCM exist even in builds of libsrtp where it does not
/// work, so an engine calls this first and refuses to start if it fails.
Result<void> srtp_self_test();

}  // namespace sotto::transport
