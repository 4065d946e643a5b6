#include "base/packet_buffer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto {
namespace {

using ::testing::ElementsAre;

TEST(PacketBuffer, GrowsAtBothEndsWithoutMovingItsContent) {
  PacketBuffer packet;
  packet.append_bytes(Bytes{3, 4});
  const uint8_t* content = packet.data();
  const MutableByteView front = packet.prepend(2);
  front[0] = 1;
  front[1] = 2;
  packet.append(1)[0] = 5;
  EXPECT_THAT(packet.view(), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(packet.data() + 2, content);
}

TEST(PacketBuffer, KeepsRoomForHeadersAndTagsAroundAFullPayload) {
  PacketBuffer packet;
  packet.append(PacketBuffer::kCapacity);
  packet.prepend(PacketBuffer::kHeadroom);
  EXPECT_EQ(packet.tailroom(), PacketBuffer::kTailroom);
}

TEST(PacketPool, HandsOutEmptyPacketsAgain) {
  const auto pool = PacketPool::create();
  PacketBuffer* first = nullptr;
  {
    PacketHandle packet = pool->take();
    packet->append(100);
    packet->prepend(10);
    first = packet.get();
  }
  const PacketHandle again = pool->take();
  EXPECT_EQ(again.get(), first);
  EXPECT_TRUE(again->empty());
}

TEST(PacketPool, LivesAsLongAsItsPackets) {
  auto pool = PacketPool::create();
  PacketHandle packet = pool->take();
  pool.reset();
  packet->append(1);
  packet.reset();
}

}  // namespace
}  // namespace sotto
