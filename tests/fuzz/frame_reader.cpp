// rooms: sotto_signaling_link
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "signaling/link/frame.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

/// What the reader makes of a stream that arrives in pieces of one size: all frames up to the first fault.
std::vector<Bytes> frames_of(ByteView stream, size_t piece) {
  FrameReader reader;
  std::vector<Bytes> frames;
  while (!stream.empty()) {
    const ByteView part = stream.first(std::min(piece, stream.size()));
    stream = stream.subspan(part.size());
    if (!reader.feed(part)) break;
    while (const auto frame = reader.next()) {
      if (frame->empty() || frame->size() > kMaxFrameSize) std::abort();
      frames.emplace_back(frame->begin(), frame->end());
    }
  }
  return frames;
}

}  // namespace

/// However a stream is cut, the frames are the same; a piece with a fault in it takes the good ones before it along.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ByteView stream(data + 1, size - 1);
  const std::vector<Bytes> by_byte = frames_of(stream, 1);
  const std::vector<Bytes> by_piece = frames_of(stream, data[0] + size_t{1});
  if (by_piece.size() > by_byte.size()) std::abort();
  if (!std::equal(by_piece.begin(), by_piece.end(), by_byte.begin())) std::abort();
  return 0;
}
