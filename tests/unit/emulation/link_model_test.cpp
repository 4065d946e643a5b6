#include "transport/emulation/link_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sotto::transport {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;

constexpr Timestamp kStart{1000s};
constexpr size_t kSize = 1000 - LinkModel::kOverhead;  // 8 ms at 1 Mbit/s

struct Arrival {
  uint32_t number;
  Duration after;  // since kStart

  bool operator==(const Arrival&) const = default;
};

class LinkModelTest : public ::testing::Test {
 protected:
  void make(std::string_view profile, uint64_t seed = 1) {
    link_.emplace(parse_link_profile(profile).value(), seed, PacketPool::create(), kStart);
  }
  void send(uint32_t number, Duration after, size_t size = kSize) {
    receive_until(kStart + after);
    Bytes datagram(size);
    ByteWriter(datagram).u32(number);
    link_->send(datagram, kStart + after);
  }
  /// `count` datagrams, one each `interval`.
  void send_many(uint32_t count, Duration interval) {
    for (uint32_t i = 0; i < count; ++i) send(i, i * interval);
    receive_until(kStart + count * interval + 10s);
  }
  void receive_until(Timestamp end) {
    while (link_->next_deadline() && *link_->next_deadline() <= end) {
      const Timestamp now = *link_->next_deadline();
      while (const PacketHandle packet = link_->poll(now)) {
        arrivals_.push_back({ByteReader(packet->view()).u32(), now - kStart});
      }
    }
  }
  void expect_nothing_unaccounted() {
    const LinkCounts& counts = link_->counts();
    EXPECT_EQ(counts.sent + counts.duplicated, counts.delivered + counts.lost() + counts.in_flight);
    EXPECT_EQ(counts.delivered, arrivals_.size());
  }
  double part(uint64_t of) const { return static_cast<double>(of) / static_cast<double>(link_->counts().sent); }
  bool in_order() const {
    return std::is_sorted(arrivals_.begin(), arrivals_.end(), [](auto& a, auto& b) { return a.number < b.number; });
  }

  std::optional<LinkModel> link_;
  std::vector<Arrival> arrivals_;
};

TEST_F(LinkModelTest, APerfectLinkDeliversAtOnce) {
  make("");
  send(1, 5ms);
  receive_until(kStart + 5ms);
  EXPECT_THAT(arrivals_, ElementsAre(Arrival{1, 5ms}));
  EXPECT_EQ(link_->next_deadline(), std::nullopt);
}

TEST_F(LinkModelTest, TheBottleneckSendsOneAfterTheOtherBeforeTheDelay) {
  make("rate=1M,delay=20ms");
  for (uint32_t i = 0; i < 3; ++i) send(i, 0ms);
  EXPECT_EQ(link_->queue_time(kStart), Duration(24ms));
  receive_until(kStart + 1s);
  EXPECT_THAT(arrivals_, ElementsAre(Arrival{0, 28ms}, Arrival{1, 36ms}, Arrival{2, 44ms}));
}

TEST_F(LinkModelTest, DropsWhatFindsTheQueueFull) {
  make("rate=1M,queue=50ms");
  for (uint32_t i = 0; i < 20; ++i) send(i, 0ms);
  receive_until(kStart + 1s);
  EXPECT_EQ(arrivals_.size(), 7u);  // the seventh found 48 ms before it
  EXPECT_EQ(link_->counts().lost_in_queue, 13u);
  expect_nothing_unaccounted();
}

TEST_F(LinkModelTest, WhatWaitsLeavesAtTheNewRateWhenItChanges) {
  make("rate=1M; 12ms: rate=500k; 100ms: rate=none");
  for (uint32_t i = 0; i < 3; ++i) send(i, 0ms);
  receive_until(kStart + 1s);
  EXPECT_THAT(arrivals_, ElementsAre(Arrival{0, 8ms}, Arrival{1, 20ms}, Arrival{2, 36ms}));
}

TEST_F(LinkModelTest, AnOpenedBottleneckLetsGoOfWhatWaits) {
  make("rate=100k; 10ms: rate=none");
  for (uint32_t i = 0; i < 2; ++i) send(i, 0ms);
  receive_until(kStart + 1s);
  EXPECT_THAT(arrivals_, ElementsAre(Arrival{0, 10ms}, Arrival{1, 10ms}));
}

TEST_F(LinkModelTest, LosesThePartThatItIsTold) {
  make("loss=20%");
  send_many(20'000, 1ms);
  EXPECT_NEAR(part(link_->counts().lost_at_random), 0.2, 0.01);
  expect_nothing_unaccounted();
}

TEST_F(LinkModelTest, LosesInBurstsOfTheRightLength) {
  make("burst=10%/5");
  send_many(50'000, 1ms);
  EXPECT_NEAR(part(link_->counts().lost_at_random), 0.1, 0.015);
  int bursts = 0;
  for (size_t i = 1; i < arrivals_.size(); ++i) bursts += arrivals_[i].number != arrivals_[i - 1].number + 1 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(link_->counts().lost_at_random) / bursts, 5, 0.5);
}

TEST_F(LinkModelTest, JitterKeepsTheOrderUnlessItMayNot) {
  make("delay=50ms,jitter=30ms");
  send_many(1000, 5ms);
  EXPECT_TRUE(in_order());
  arrivals_.clear();
  make("delay=50ms,jitter=30ms,overtaking=yes");
  send_many(1000, 5ms);
  EXPECT_FALSE(in_order());
  const auto lateness = [this](uint32_t i) { return arrivals_[i].after - arrivals_[i].number * Duration(5ms); };
  Duration least = 1s;
  Duration most{};
  for (uint32_t i = 0; i < arrivals_.size(); ++i) {
    least = std::min(least, lateness(i));
    most = std::max(most, lateness(i));
  }
  EXPECT_NEAR(to_milliseconds(least), 20, 1);
  EXPECT_NEAR(to_milliseconds(most), 80, 1);
}

TEST_F(LinkModelTest, ALateDatagramDoesNotHoldTheOthers) {
  make("reorder=10%/50ms");
  send_many(1000, 5ms);
  EXPECT_FALSE(in_order());
  size_t late = 0;
  for (const Arrival& arrival : arrivals_) late += arrival.after > arrival.number * Duration(5ms) ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(late), 100, 30);
}

TEST_F(LinkModelTest, DoublesAndDamages) {
  make("duplicate=10%,corrupt=10%");
  send_many(5000, 1ms);
  EXPECT_NEAR(part(link_->counts().duplicated), 0.1, 0.02);
  EXPECT_NEAR(part(link_->counts().corrupted), 0.1, 0.02);
  expect_nothing_unaccounted();
}

TEST_F(LinkModelTest, CarriesNothingLargerThanItsMtu) {
  make("mtu=1000");
  send(1, 0ms, 1000 - LinkModel::kOverhead);
  send(2, 0ms, 1001 - LinkModel::kOverhead);
  receive_until(kStart + 1s);
  EXPECT_THAT(arrivals_, ElementsAre(Arrival{1, 0ms}));
  EXPECT_EQ(link_->counts().lost_by_size, 1u);
}

TEST_F(LinkModelTest, IsDarkInBlackoutsAndBackAfterThem) {
  make("blackout=100ms+200ms,blackout=250ms+100ms");
  send_many(50, 10ms);
  for (const Arrival& arrival : arrivals_) EXPECT_TRUE(arrival.after < 100ms || arrival.after >= 350ms);
  EXPECT_EQ(link_->counts().lost_in_blackout, 25u);
  expect_nothing_unaccounted();
}

TEST_F(LinkModelTest, TheSameSeedGivesTheSameLink) {
  constexpr std::string_view kEverything =
      "rate=1M,queue=40ms,delay=20ms,jitter=15ms,loss=5%,burst=5%,reorder=5%,duplicate=5%,corrupt=5%; 1s: rate=2M";
  const auto run = [&](uint64_t seed) {
    arrivals_.clear();
    make(kEverything, seed);
    send_many(500, 7ms);
    expect_nothing_unaccounted();
    return arrivals_;
  };
  const auto first = run(7);
  EXPECT_EQ(run(7), first);
  EXPECT_NE(run(8), first);
}

}  // namespace
}  // namespace sotto::transport
