#include "signaling/link/frame.hpp"

#include <cstdint>

#include <google/protobuf/message_lite.h>

#include "base/assert.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kLengthSize = 4;

}  // namespace

Result<Bytes> make_frame(const google::protobuf::MessageLite& message) {
  const size_t size = message.ByteSizeLong();
  if (size == 0 || size > kMaxFrameSize) {
    return Error{ErrorCode::kInvalidArgument, "The message does not fit into a frame."};
  }
  Bytes frame(kLengthSize + size);
  ByteWriter writer(frame);
  writer.u32(static_cast<uint32_t>(size));
  SOTTO_ASSERT(message.SerializeToArray(frame.data() + kLengthSize, static_cast<int>(size)));
  return frame;
}

Result<void> FrameReader::feed(ByteView bytes) {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
  append(buffer_, bytes);
  // All lengths are looked at now, so that next() cannot fail and nothing waits for a frame that will be refused.
  ByteReader reader(buffer_);
  while (reader.remaining() >= kLengthSize) {
    const uint32_t size = reader.u32();
    if (size == 0 || size > kMaxFrameSize) {
      buffer_.clear();
      return Error{ErrorCode::kMalformed, "A frame has a length that none may have."};
    }
    if (size > reader.remaining()) break;
    reader.skip(size);
  }
  return {};
}

std::optional<ByteView> FrameReader::next() {
  ByteReader reader(ByteView(buffer_).subspan(begin_));
  if (reader.remaining() < kLengthSize) return std::nullopt;
  const uint32_t size = reader.u32();
  if (size > reader.remaining()) return std::nullopt;
  begin_ += kLengthSize + size;
  return reader.take(size);
}

}  // namespace sotto::signaling
