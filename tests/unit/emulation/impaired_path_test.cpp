#include "transport/emulation/impaired_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Timestamp kStart{1000s};

struct RecordingPath : Path {
  void send(std::span<const ByteView> datagrams) override {
    for (const ByteView datagram : datagrams) sent.emplace_back(datagram.begin(), datagram.end());
  }
  std::vector<Bytes> sent;
};

class ImpairedPathTest : public ::testing::Test {
 protected:
  Timestamp now_ = kStart;
  RecordingPath real_;
  ImpairedPath path_{real_, parse_link_profile("delay=50ms,blackout=1s+1s").value(), 1, PacketPool::create(),
                     [this] { return now_; }};
};

TEST_F(ImpairedPathTest, DelaysWhatIsSent) {
  const Bytes datagram = {1, 2, 3};
  const ByteView view = datagram;
  path_.send({&view, 1});
  EXPECT_THAT(real_.sent, IsEmpty());
  EXPECT_EQ(path_.next_deadline(), kStart + 50ms);
  path_.on_deadline(kStart + 50ms);
  EXPECT_THAT(real_.sent, ElementsAre(datagram));
  EXPECT_EQ(path_.next_deadline(), std::nullopt);
}

TEST_F(ImpairedPathTest, DelaysWhatIsReceived) {
  path_.receive(Bytes{4, 5}, kStart);
  EXPECT_FALSE(path_.poll_received(kStart + 49ms));
  const PacketHandle received = path_.poll_received(kStart + 50ms);
  ASSERT_TRUE(received);
  EXPECT_THAT(received->view(), ElementsAre(4, 5));
}

TEST_F(ImpairedPathTest, IsDarkBothWaysAndCountsIt) {
  now_ = kStart + 1500ms;
  const Bytes datagram = {1};
  const ByteView view = datagram;
  path_.send({&view, 1});
  path_.receive(datagram, now_);
  EXPECT_EQ(path_.outgoing().lost_in_blackout, 1u);
  EXPECT_EQ(path_.incoming().lost_in_blackout, 1u);
}

}  // namespace
}  // namespace sotto::transport
