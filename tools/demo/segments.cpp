#include "tools/demo/segments.hpp"

#include <algorithm>

#include "tools/demo/datagram.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kSmallestSegment = 20;  // bytes: a STUN message without attributes

/// Whether `piece` is a datagram. Chance gives the right SSRC once in 2^32. But SRTCP ends in its index, and index and
/// head of the next SRTCP look like a head of SRTP with the right SSRC, which only their payload type belies.
bool is_datagram(ByteView piece, const std::set<StreamMark>& streams) {
  switch (classify(piece)) {
    case DatagramClass::kStun:
    case DatagramClass::kDtls:
      return true;
    case DatagramClass::kSrtp:
    case DatagramClass::kSrtcp:
      return streams.contains(*stream_of(piece));
    case DatagramClass::kOther:
      return false;
  }
  return false;
}

/// Whether all pieces but the first, which is one anyway, are datagrams.
bool splits_at(ByteView captured, size_t size, const std::set<StreamMark>& streams) {
  for (size_t at = size; at < captured.size(); at += size) {
    if (!is_datagram(captured.subspan(at, std::min(size, captured.size() - at)), streams)) return false;
  }
  return true;
}

}  // namespace

std::optional<StreamMark> stream_of(ByteView datagram) {
  const DatagramClass datagram_class = classify(datagram);
  if (datagram_class != DatagramClass::kSrtp && datagram_class != DatagramClass::kSrtcp) return std::nullopt;
  ByteReader reader(datagram);
  StreamMark mark;
  if (datagram_class == DatagramClass::kSrtcp) {
    reader.skip(4);
  } else {
    reader.skip(1);
    mark.payload_type = static_cast<uint8_t>(reader.u8() & 0x7f);  // without the marker
    reader.skip(6);
  }
  mark.ssrc = reader.u32();
  return mark;
}

std::vector<ByteView> split_segments(ByteView captured, const std::set<StreamMark>& streams) {
  size_t size = std::min(kSmallestSegment, captured.size());
  while (size < captured.size() && !splits_at(captured, size, streams)) ++size;
  std::vector<ByteView> pieces;
  for (size_t at = 0; at < captured.size(); at += size) {
    pieces.push_back(captured.subspan(at, std::min(size, captured.size() - at)));
  }
  return pieces;
}

}  // namespace sotto::tools
