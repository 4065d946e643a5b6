// rooms: sotto_media_video
#include <array>
#include <cstdint>
#include <cstdlib>

#include "media/video/vp8_payload_descriptor.hpp"

using namespace sotto;

/// What parses is written back as a descriptor that parses to the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Result<media::Vp8Payload> payload = media::parse_vp8_payload({data, size});
  if (!payload.ok()) return 0;
  (void)media::parse_vp8_frame_header(payload->data);

  std::array<uint8_t, 16> memory;
  ByteWriter writer(memory);
  media::write_vp8_payload_descriptor(writer, payload->descriptor);
  writer.u8(0);
  const Result<media::Vp8Payload> again = media::parse_vp8_payload(writer.written());
  if (!again.ok() || again->descriptor != payload->descriptor) std::abort();
  return 0;
}
