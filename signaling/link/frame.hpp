#pragma once

#include <cstddef>
#include <optional>

#include <sotto/result.hpp>
#include "base/bytes.hpp"

namespace google::protobuf {
class MessageLite;
}

namespace sotto::signaling {

/// The most bytes of one frame's message: a blob of 8 KiB and its envelope, or an account with 8 devices.
inline constexpr size_t kMaxFrameSize = 8192 + 256;

/// The frame of a message: four bytes of length, big-endian, then the message. kInvalidArgument if it is too large, or
/// empty: there is no message without a byte.
Result<Bytes> make_frame(const google::protobuf::MessageLite& message);

/// Cuts a stream of bytes into frames. Holds at most one frame and what came behind it in one read. One thread.
class FrameReader {
 public:
  /// Takes what was read, after next() has given all that was there before. kMalformed if a frame announces more than
  /// kMaxFrameSize, or nothing: the link is then to be closed, nothing of it makes sense any more.
  Result<void> feed(ByteView bytes);
  /// The next whole message, if there is one: valid until feed() is called again.
  std::optional<ByteView> next();

 private:
  Bytes buffer_;
  size_t begin_ = 0;
};

}  // namespace sotto::signaling
