#pragma once

#include <string>
#include <string_view>

#include <sotto/result.hpp>

#include "base/bytes.hpp"

namespace sotto::tools {

/// RFC 4648 section 4, with padding and without line breaks.
std::string encode_base64(ByteView bytes);

/// The inverse. Refuses everything that encode_base64 would not write: other characters, missing padding, stray bits.
Result<Bytes> decode_base64(std::string_view text);

}  // namespace sotto::tools
