// rooms: sotto_signaling_handshake
#include <algorithm>
#include <cstdlib>

#include "signaling/handshake/blob_header.hpp"
#include "signaling/handshake/blob_layout.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

/// A header that is understood is written again as it was.
void check(ByteView blob) {
  const Result<BlobHeader> header = peek_header(blob);
  if (!header) return;
  std::array<uint8_t, BlobHeader::kSize> again;
  ByteWriter writer(again);
  write_header(writer, *header);
  if (!std::ranges::equal(again, blob.first(again.size()))) std::abort();
}

}  // namespace

/// Blobs of any size, and of those that exist.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView blob(data, size);
  check(blob);
  for (const size_t existing : {kInitSize, kResponseSize, kSmallDataSize, kLargeDataSize}) {
    Bytes resized(data, data + std::min(size, existing));
    resized.resize(existing);
    check(resized);
  }
  return 0;
}
