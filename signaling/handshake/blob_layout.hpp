#pragma once

#include <cstddef>

#include "base/crypto/aes_gcm.hpp"
#include "signaling/handshake/blob_header.hpp"
#include "signaling/handshake/padding.hpp"

// Where things stand in a blob of suite 1 (HANDSHAKE 2.3). Sizes are exact: anything else is dropped unread.
//
//     INIT   header 20 | created_ms u64 | e 32 | sealed s 48 | sealed payload 1040
//     RESP   header 20 | e 32 | sealed payload 1040
//     DATA   header 20 | n u64 | sealed plaintext 1040 or 4112

namespace sotto::signaling {

inline constexpr size_t kKeySize = 32;
inline constexpr size_t kCreatedSize = 8;
inline constexpr size_t kCounterSize = 8;
inline constexpr size_t kTagSize = Aes256Gcm::kTagSize;

inline constexpr size_t kInitPrefixSize = BlobHeader::kSize + kCreatedSize;
inline constexpr size_t kDataPrefixSize = BlobHeader::kSize + kCounterSize;

inline constexpr size_t kInitSize = kInitPrefixSize + kKeySize + kKeySize + kTagSize + kSmallPlaintext + kTagSize;
inline constexpr size_t kResponseSize = BlobHeader::kSize + kKeySize + kSmallPlaintext + kTagSize;
inline constexpr size_t kSmallDataSize = kDataPrefixSize + kSmallPlaintext + kTagSize;
inline constexpr size_t kLargeDataSize = kDataPrefixSize + kLargePlaintext + kTagSize;

static_assert(kInitSize == 1148 && kResponseSize == 1092 && kSmallDataSize == 1068);

}  // namespace sotto::signaling
