// rooms: sotto_media_video
#include <cstdint>

#include "media/video/vp8_decoder.hpp"

using namespace sotto;

/// Several pictures in a row: two bytes of size, then that much.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  media::Vp8Decoder decoder(256, 256, 1);
  ByteReader pictures({data, size});
  while (!pictures.at_end()) {
    const size_t length = std::min<size_t>(pictures.u16(), pictures.remaining());
    (void)decoder.decode(pictures.take(length), true);
  }
  return 0;
}
