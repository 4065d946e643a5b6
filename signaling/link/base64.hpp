#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace sotto::signaling {

/// Base64 with "+/" and padding (RFC 4648 section 4).
std::string encode_base64(ByteView bytes);
/// Base64 with "-_" and without padding (RFC 4648 section 5).
std::string encode_base64url(ByteView bytes);
/// The reverse; nullopt for anything that encode_base64url() would not have written.
std::optional<Bytes> decode_base64url(std::string_view text);

}  // namespace sotto::signaling
