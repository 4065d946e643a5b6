#pragma once

#include "base/units.hpp"
#include "transport/congestion/size_on_path.hpp"

namespace sotto::transport {

/// How sound is packed.
struct AudioPacking {
  DataRate bitrate = DataRate::kbps(32);  ///< of the codec
  Duration packet_time = 20ms;
  int copies = 0;  ///< of earlier packets in each (RFC 2198)
};

/// What sound takes on the path: RTP header with its extensions, SRTP tag, UDP and IP included.
constexpr DataRate audio_rate(const AudioPacking& packing) {
  constexpr DataSize kOverhead = size_on_path(12 + 8 + 16);
  constexpr DataSize kPrimaryHeader = DataSize::bytes(1);  // RFC 2198 3
  constexpr DataSize kCopyHeader = DataSize::bytes(4);
  const DataSize payload = packing.bitrate * packing.packet_time;
  DataSize datagram = payload + kOverhead;
  if (packing.copies > 0) datagram += kPrimaryHeader;
  for (int copy = 0; copy < packing.copies; ++copy) datagram += payload + kCopyHeader;
  return DataRate::bps(datagram.bits() * (1s / Duration(1)) / packing.packet_time.count());
}

}  // namespace sotto::transport
