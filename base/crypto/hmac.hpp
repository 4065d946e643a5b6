#pragma once

#include <initializer_list>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace sotto {

/// HMAC-SHA256 (RFC 2104) over several pieces, taken as if they stood behind one another. `key` has any length.
/// Any thread.
Secret<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> message_parts);

}  // namespace sotto
