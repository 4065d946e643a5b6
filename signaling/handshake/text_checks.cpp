#include "signaling/handshake/text_checks.hpp"

#include <algorithm>
#include <cstdint>

namespace sotto::signaling {
namespace {

constexpr std::string_view kSeparators = " \"(),/:;<=>?@[\\]";  // RFC 4566 9, token-char leaves these out

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

/// How many bytes a character takes by its first one, and its value bits there; 0 if none begins so.
size_t utf8_length(uint8_t first, uint32_t& value) {
  if (first < 0x80) return value = first, 1;
  if (first >= 0xc2 && first < 0xe0) return value = first & 0x1fu, 2;
  if (first >= 0xe0 && first < 0xf0) return value = first & 0x0fu, 3;
  if (first >= 0xf0 && first < 0xf5) return value = first & 0x07u, 4;
  return 0;
}

bool is_allowed(uint32_t character, size_t length) {
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool control = character < 0x20 || (character >= 0x7f && character < 0xa0);
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  return !control && !surrogate && character >= kLeast[length] && character <= 0x10ffff;
}

}  // namespace

bool is_printable_ascii(std::string_view text) { return std::all_of(text.begin(), text.end(), is_printable); }

bool is_ice_chars(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_printable(c) && kSeparators.find(c) == std::string_view::npos;
  });
}

bool is_printable_utf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    uint32_t character = 0;
    const size_t length = utf8_length(static_cast<uint8_t>(text[i]), character);
    if (length == 0 || length > text.size() - i) return false;
    for (size_t k = 1; k < length; ++k) {
      const uint8_t next = static_cast<uint8_t>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      character = character << 6 | (next & 0x3fu);
    }
    if (!is_allowed(character, length)) return false;
    i += length;
  }
  return true;
}

}  // namespace sotto::signaling
