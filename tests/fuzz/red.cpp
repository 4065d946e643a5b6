// rooms: sotto_media_audio
#include <cstdlib>

#include "media/audio/redundant_payload.hpp"

using namespace sotto;
using namespace sotto::media;

/// What parses is written back as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto payload = parse_redundant_payload({data, size});
  if (!payload) return 0;
  if (redundant_payload_size(payload->blocks(), payload->primary) != size) std::abort();
  Bytes again(size);
  ByteWriter writer(again);
  write_redundant_payload(writer, payload->blocks(), payload->primary_type, payload->primary);
  if (!writer.ok() || !std::equal(again.begin(), again.end(), data)) std::abort();
  return 0;
}
