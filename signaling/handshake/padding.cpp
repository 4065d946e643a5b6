#include "signaling/handshake/padding.hpp"

#include <algorithm>
#include <cstdint>

namespace sotto::signaling {
namespace {

constexpr size_t kLengthSize = 2;

}  // namespace

Result<Bytes> pad(ByteView message, size_t size) {
  if (message.size() > size - kLengthSize) return Error{ErrorCode::kInvalidArgument, "The message is too long."};
  Bytes plaintext(size);
  ByteWriter writer(plaintext);
  writer.u16(static_cast<uint16_t>(message.size()));
  writer.bytes(message);
  return plaintext;
}

Result<ByteView> unpad(ByteView plaintext) {
  ByteReader reader(plaintext);
  const ByteView message = reader.take(reader.u16());
  const ByteView padding = reader.rest();
  if (!reader.ok() || std::any_of(padding.begin(), padding.end(), [](uint8_t byte) { return byte != 0; })) {
    return Error{ErrorCode::kMalformed, "The message is not padded as it must be."};
  }
  return message;
}

}  // namespace sotto::signaling
