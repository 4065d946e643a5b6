#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "signaling/identity/identifiers.hpp"

namespace sotto::signaling {

enum class BlobKind : uint8_t {
  kInit = 1,      ///< Caller to callee, first handshake message.
  kResponse = 2,  ///< Callee to caller, second handshake message.
  kData = 3,      ///< Both ways, under the session's keys.
};

/// Names one attempt to reach one device; random.
struct SessionId {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const SessionId&) const = default;
};

/// What stands in clear before every sealed blob (HANDSHAKE 2.3):
///
///     version u8 = 1 | kind u8 | suite u16 | session id 16 bytes
struct BlobHeader {
  static constexpr size_t kSize = 20;

  BlobKind kind = BlobKind::kInit;
  Suite suite = Suite::kNoiseIk25519AesGcmSha256;
  SessionId session_id;
};

/// Reads the header, for routing, before any cryptography. Proves nothing. kMalformed if the version, kind or suite is
/// unknown or the blob has a size that its kind never has.
Result<BlobHeader> peek_header(ByteView blob);

void write_header(ByteWriter& writer, const BlobHeader& header);

}  // namespace sotto::signaling
