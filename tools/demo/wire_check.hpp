#pragma once

#include <array>
#include <cstdint>
#include <set>

#include "tools/demo/datagram.hpp"
#include "tools/demo/payload_blocks.hpp"
#include "tools/demo/segments.hpp"

namespace sotto::tools {

/// What was seen on the wire of a call.
struct WireReport {
  struct Count {
    uint64_t datagrams = 0;
    uint64_t bytes = 0;  ///< UDP payload
  };
  std::array<Count, 5> by_class{};    ///< by DatagramClass
  std::array<uint64_t, 2> sent_by{};  ///< datagrams of Alice and of Bob
  uint64_t largest = 0;               ///< bytes of UDP payload
  uint64_t with_payload = 0;          ///< captured datagrams in which encoded payload was found
  uint64_t outside = 0;               ///< captured datagrams to or from a third party
  uint64_t payload_blocks = 0;        ///< how many pieces of payload were looked for
  uint64_t lost_by_capture = 0;       ///< datagrams that the kernel could not hand to the capture

  const Count& of(DatagramClass datagram_class) const { return by_class[static_cast<size_t>(datagram_class)]; }
  uint64_t datagrams() const;
};

/// Looks at each datagram that came from or went to one of the two peers. One thread.
class WireCheck {
 public:
  /// The UDP ports of Alice and of Bob.
  WireCheck(std::array<std::set<uint16_t>, 2> ports, const PayloadBlocks& payload);

  /// First each captured Ethernet frame of the call, to learn which streams there are ..
  void learn(ByteView frame);
  /// .. then each of them again, to be judged. Frames of others are passed over.
  void judge(ByteView frame);

  const WireReport& report() const { return report_; }

 private:
  /// Which peer has this port, if any.
  std::optional<size_t> peer_at(uint16_t port) const;

  std::array<std::set<uint16_t>, 2> ports_;
  std::array<std::set<StreamMark>, 2> streams_;  ///< by sender
  const PayloadBlocks& payload_;
  WireReport report_;
};

}  // namespace sotto::tools
