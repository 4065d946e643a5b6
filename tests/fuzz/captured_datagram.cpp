// rooms: sotto_tools_demo
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "tools/demo/datagram.hpp"
#include "tools/demo/segments.hpp"

// A captured Ethernet frame: what is taken out of it lies inside it, and its pieces make up the whole.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const sotto::ByteView frame(data, size);
  const std::optional<sotto::tools::Datagram> datagram = sotto::tools::parse_datagram(frame);
  const sotto::ByteView payload = datagram ? datagram->payload : frame;
  if (!payload.empty() && (payload.data() < data || payload.data() + payload.size() > data + size)) std::abort();

  std::set<sotto::tools::StreamMark> streams{{0, std::nullopt}, {0, 0}};
  if (const auto stream = sotto::tools::stream_of(payload)) streams.insert(*stream);
  size_t total = 0;
  for (const sotto::ByteView piece : sotto::tools::split_segments(payload, streams)) {
    (void)sotto::tools::classify(piece);
    total += piece.size();
  }
  if (total != payload.size()) std::abort();
  return 0;
}
