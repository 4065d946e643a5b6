#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace sotto::test {

/// The bytes that a hexadecimal text names.
inline Bytes from_hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  SOTTO_ASSERT(text.size() % 2 == 0);
  Bytes bytes(text.size() / 2);
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t digit = kDigits.find(text[i]);
    SOTTO_ASSERT(digit != std::string_view::npos);
    bytes[i / 2] = static_cast<uint8_t>(bytes[i / 2] << 4 | digit);
  }
  return bytes;
}

/// As from_hex, for values of one known size.
template <size_t N>
std::array<uint8_t, N> array_from_hex(std::string_view text) {
  const Bytes bytes = from_hex(text);
  SOTTO_ASSERT(bytes.size() == N);
  std::array<uint8_t, N> array;
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

/// Hexadecimal, so that a failed comparison shows something to compare.
inline std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace sotto::test
