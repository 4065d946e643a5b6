#include "tools/harness/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace sotto::tools {

std::string encode_base64(ByteView bytes) {
  // EVP_EncodeBlock adds a terminating zero.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

Result<Bytes> decode_base64(std::string_view text) {
  const Error malformed{ErrorCode::kMalformed, "not base64"};
  if (text.size() % 4 != 0) return malformed;
  if (text.empty()) return Bytes{};
  Bytes bytes(text.size() / 4 * 3);
  const int length =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length != static_cast<int>(bytes.size())) return malformed;
  // EVP_DecodeBlock reads the padding as zeros.
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(bytes.size() - padding);
  if (encode_base64(bytes) != text) return malformed;
  return bytes;
}

}  // namespace sotto::tools
