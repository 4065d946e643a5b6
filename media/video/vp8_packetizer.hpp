#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/packet_buffer.hpp"
#include "media/video/vp8_payload_descriptor.hpp"

namespace sotto::media {

/// Splits VP8 pictures into RTP payloads (RFC 7741 4). Every payload carries a 15-bit picture ID; partitions are not
/// told apart (PID 0 throughout, as RFC 7741 4.2 allows).
class Vp8Packetizer {
 public:
  /// Bytes in front of the VP8 data in each payload: the descriptor with a 15-bit picture ID.
  static constexpr size_t kDescriptorSize = 4;

  /// `max_payload_size` in bytes, descriptor included; above kDescriptorSize and at most PacketBuffer::kCapacity.
  Vp8Packetizer(size_t max_payload_size, uint16_t first_picture_id, std::shared_ptr<PacketPool> pool);

  /// Puts the payloads of one picture in the place of what is in `payloads`: as few as possible and of nearly equal
  /// size, so that none is a runt. `picture` is not empty.
  void packetize(ByteView picture, std::vector<PacketHandle>& payloads);

 private:
  size_t max_data_size_;
  PictureId picture_id_;
  std::shared_ptr<PacketPool> pool_;
};

}  // namespace sotto::media
