#include "media/video/vp8_packetizer.hpp"

#include <utility>

#include "base/assert.hpp"

namespace sotto::media {

Vp8Packetizer::Vp8Packetizer(size_t max_payload_size, uint16_t first_picture_id, std::shared_ptr<PacketPool> pool)
    : max_data_size_(max_payload_size - kDescriptorSize),
      picture_id_{static_cast<uint16_t>(first_picture_id & 0x7fff), true},
      pool_(std::move(pool)) {
  SOTTO_ASSERT(max_payload_size > kDescriptorSize && max_payload_size <= PacketBuffer::kCapacity);
}

void Vp8Packetizer::packetize(ByteView picture, std::vector<PacketHandle>& payloads) {
  SOTTO_ASSERT(!picture.empty());
  const size_t count = (picture.size() + max_data_size_ - 1) / max_data_size_;
  payloads.clear();
  for (size_t i = 0; i < count; ++i) {
    // What is left, shared evenly by the payloads that are left: sizes differ by one byte at the most.
    const ByteView data = picture.first(picture.size() / (count - i));
    picture = picture.subspan(data.size());
    PacketHandle payload = pool_->take();
    ByteWriter writer(payload->append(kDescriptorSize));
    write_vp8_payload_descriptor(writer, {.starts_partition = i == 0, .picture_id = picture_id_});
    SOTTO_ASSERT(writer.ok() && writer.remaining() == 0);
    payload->append_bytes(data);
    payloads.push_back(std::move(payload));
  }
  picture_id_ = picture_id_.next();
}

}  // namespace sotto::media
