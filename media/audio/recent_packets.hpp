#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "media/audio/redundant_payload.hpp"

namespace sotto::media {

/// Keeps the last packets that a sender made, to be sent again with later ones. Never allocates.
class RecentPackets {
 public:
  static constexpr size_t kKept = 3;

  /// Notes a packet; one that is too large to be repeated is only counted.
  void add(uint32_t timestamp, ByteView packet) {
    Kept& slot = kept_[added_++ % kKept];
    slot.timestamp = timestamp;
    slot.size = packet.size() <= kMaxSize ? packet.size() : 0;
    std::copy_n(packet.begin(), slot.size, slot.bytes.begin());
  }

  /// The last `most` packets, the earliest first, as blocks of a packet at `timestamp`, written to `storage`. What lies
  /// too far back is left out. The views hold until the next add.
  std::span<const RedundantBlock> copies(uint32_t timestamp, uint8_t payload_type, int most,
                                         std::span<RedundantBlock, kKept> storage) const {
    const size_t wanted = std::min({static_cast<size_t>(std::max(most, 0)), added_, kKept});
    size_t count = 0;
    for (size_t age = wanted; age > 0; --age) {
      const Kept& packet = kept_[(added_ - age) % kKept];
      const uint32_t offset = timestamp - packet.timestamp;
      if (packet.size == 0 || offset > RedundantBlock::kMaxOffset) continue;
      storage[count++] = {.payload_type = payload_type,
                          .timestamp_offset = static_cast<uint16_t>(offset),
                          .payload = ByteView(packet.bytes).first(packet.size)};
    }
    return storage.first(count);
  }

 private:
  // Opus at 32 kbit/s in packets of 60 ms, at 100 in those of 20; four of them fit into a datagram.
  static constexpr size_t kMaxSize = 256;

  struct Kept {
    uint32_t timestamp = 0;
    size_t size = 0;
    std::array<uint8_t, kMaxSize> bytes{};
  };

  std::array<Kept, kKept> kept_{};
  size_t added_ = 0;
};

}  // namespace sotto::media
