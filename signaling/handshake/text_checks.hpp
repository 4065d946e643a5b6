#pragma once

#include <string_view>

namespace sotto::signaling {

/// Whether every byte is a printable ASCII character or a space.
bool is_printable_ascii(std::string_view text);

/// Whether every character is one of ICE's: letters, digits, '+' and '/' (RFC 8839 5.1).
bool is_ice_chars(std::string_view text);

/// Whether it is an RFC 4566 token: printable ASCII without spaces and separators.
bool is_token(std::string_view text);

/// Whether it is well-formed UTF-8 without control characters (RFC 3629; no overlong forms, no surrogates).
bool is_printable_utf8(std::string_view text);

}  // namespace sotto::signaling
