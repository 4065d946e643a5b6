// rooms: sotto_transport_rtp
#include "base/assert.hpp"
#include "transport/rtp/header_extensions.hpp"

using namespace sotto;
using namespace sotto::transport;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const HeaderExtensionIds ids{.mid = data[0], .transport_sequence = data[1]};
  const ByteView block(data + 3, size - 3);
  for (const int profile : {0xbede, 0x1000 | (data[2] & 0x0f), data[2] << 8}) {
    const HeaderExtensions found = parse_header_extensions(static_cast<uint16_t>(profile), block, ids);
    if (found.mid.empty()) continue;
    const auto* begin = reinterpret_cast<const uint8_t*>(found.mid.data());
    SOTTO_ASSERT(begin >= block.data() && begin + found.mid.size() <= block.data() + block.size());
  }
  return 0;
}
