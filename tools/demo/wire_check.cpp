#include "tools/demo/wire_check.hpp"

#include <algorithm>
#include <utility>

namespace sotto::tools {

uint64_t WireReport::datagrams() const {
  uint64_t sum = 0;
  for (const Count& count : by_class) sum += count.datagrams;
  return sum;
}

WireCheck::WireCheck(std::array<std::set<uint16_t>, 2> ports, const PayloadBlocks& payload)
    : ports_(std::move(ports)), payload_(payload) {
  report_.payload_blocks = payload.size();
}

std::optional<size_t> WireCheck::peer_at(uint16_t port) const {
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i].contains(port)) return i;
  }
  return std::nullopt;
}

void WireCheck::learn(ByteView frame) {
  const std::optional<Datagram> datagram = parse_datagram(frame);
  if (!datagram) return;
  const std::optional<size_t> sender = peer_at(datagram->source_port);
  const std::optional<StreamMark> stream = stream_of(datagram->payload);
  if (sender && stream) streams_[*sender].insert(*stream);
}

void WireCheck::judge(ByteView frame) {
  const std::optional<Datagram> datagram = parse_datagram(frame);
  if (!datagram) return;
  const std::optional<size_t> sender = peer_at(datagram->source_port);
  const std::optional<size_t> receiver = peer_at(datagram->destination_port);
  if (!sender && !receiver) return;

  if (!sender || !receiver || *sender == *receiver) ++report_.outside;
  if (payload_.found_in(datagram->payload)) ++report_.with_payload;
  const std::set<StreamMark> none;
  for (const ByteView piece : split_segments(datagram->payload, sender ? streams_[*sender] : none)) {
    WireReport::Count& count = report_.by_class[static_cast<size_t>(classify(piece))];
    ++count.datagrams;
    count.bytes += piece.size();
    report_.largest = std::max<uint64_t>(report_.largest, piece.size());
    if (sender) ++report_.sent_by[*sender];
  }
}

}  // namespace sotto::tools
