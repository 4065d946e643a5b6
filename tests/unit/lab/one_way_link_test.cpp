#include "tests/lab/linkem/one_way_link.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace sotto::lab {
namespace {

struct Arrival {
  double time = 0;
  size_t number = 0;
};

/// A link in virtual time: packets go in at chosen times, and each comes out when it is due.
class World {
 public:
  explicit World(std::string_view settings, uint64_t seed = 1) : link(seed) { link.set(settings, 0); }

  /// Sends the next packet, which carries its number.
  void send(double now, size_t size = 125) {
    run_until(now);
    std::vector<uint8_t> packet(size);
    for (size_t i = 0; i < 4; ++i) packet[i] = static_cast<uint8_t>(sent_ >> (8 * i));
    ++sent_;
    link.take(packet, now);
  }
  void run_until(double end) {
    for (double now = link.next(); now <= end; now = link.next()) {
      link.deliver(now, [&](std::span<const uint8_t> packet) {
        size_t number = 0;
        for (size_t i = 0; i < 4; ++i) number |= static_cast<size_t>(packet[i]) << (8 * i);
        arrivals.push_back({now, number});
      });
    }
  }
  void finish() { run_until(1e6); }

  OneWayLink link;
  std::vector<Arrival> arrivals;

 private:
  size_t sent_ = 0;
};

TEST(OneWayLink, DelaysEachPacket) {
  World world("delay=25");
  world.send(1);
  world.finish();
  ASSERT_EQ(world.arrivals.size(), 1u);
  EXPECT_DOUBLE_EQ(world.arrivals[0].time, 1.025);
}

TEST(OneWayLink, ServesAQueueAtItsRate) {
  World world("rate=1M");
  for (int i = 0; i < 3; ++i) world.send(1);  // 1000 bits: a millisecond each
  world.finish();
  ASSERT_EQ(world.arrivals.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(world.arrivals[i].time, 1.001 + 0.001 * static_cast<double>(i), 1e-9);
}

TEST(OneWayLink, DropsWhatItsQueueHasNoTimeFor) {
  World world("rate=1M,queue_ms=10");
  for (int i = 0; i < 30; ++i) world.send(1);
  world.finish();
  EXPECT_EQ(world.arrivals.size(), 11u);
  EXPECT_EQ(world.link.total().lost_in_queue, 19u);
}

TEST(OneWayLink, ServesWhatIsQueuedAtANewRate) {
  World world("rate=1M");
  for (int i = 0; i < 2; ++i) world.send(1);
  world.link.set("rate=500k", 1.0005);  // half of the first has gone
  world.finish();
  ASSERT_EQ(world.arrivals.size(), 2u);
  EXPECT_NEAR(world.arrivals[0].time, 1.0015, 1e-9);
  EXPECT_NEAR(world.arrivals[1].time, 1.0035, 1e-9);
}

TEST(OneWayLink, LosesTheShareThatItIsTold) {
  World world("loss=0.1");
  for (int i = 0; i < 20000; ++i) world.send(i * 1e-3);
  world.finish();
  EXPECT_NEAR(static_cast<double>(world.link.total().lost) / 20000, 0.1, 0.01);
}

TEST(OneWayLink, LosesBurstsOfTheLengthThatItIsTold) {
  World world("ge=0.10/5");
  for (int i = 0; i < 50000; ++i) world.send(i * 1e-3);
  world.finish();
  int bursts = 0;
  for (size_t i = 1; i < world.arrivals.size(); ++i) {
    if (world.arrivals[i].number != world.arrivals[i - 1].number + 1) ++bursts;
  }
  const auto lost = static_cast<double>(world.link.total().lost);
  EXPECT_NEAR(lost / 50000, 0.1, 0.02);
  EXPECT_NEAR(lost / bursts, 5, 0.5);
}

TEST(OneWayLink, KeepsTheOrderUnlessToldOtherwise) {
  const auto in_order = [](World& world) {
    for (int i = 0; i < 1000; ++i) world.send(i * 5e-3);
    world.finish();
    return std::is_sorted(world.arrivals.begin(), world.arrivals.end(),
                          [](const Arrival& a, const Arrival& b) { return a.number < b.number; });
  };
  World ordered("delay=50,jitter=30");
  World unordered("delay=50,jitter=30,reorder=1");
  EXPECT_TRUE(in_order(ordered));
  EXPECT_FALSE(in_order(unordered));
}

class JitterOfAShape : public testing::TestWithParam<std::pair<const char*, double>> {};
INSTANTIATE_TEST_SUITE_P(Shapes, JitterOfAShape,
                         testing::Values(std::pair{"uniform", 0.030 / std::sqrt(3.0)}, std::pair{"normal", 0.030},
                                         std::pair{"exp", 0.030}));

TEST_P(JitterOfAShape, SpreadsAsItShould) {
  const auto [shape, deviation] = GetParam();
  World world("delay=500,jitter=30,reorder=1,jdist=" + std::string(shape));
  for (int i = 0; i < 20000; ++i) world.send(i);
  world.finish();
  double sum = 0, squares = 0;
  for (const Arrival& arrival : world.arrivals) {
    const double late = arrival.time - static_cast<double>(arrival.number) - 0.5;
    sum += late;
    squares += late * late;
  }
  const double mean = sum / 20000;
  EXPECT_NEAR(std::sqrt(squares / 20000 - mean * mean), deviation, 0.001);
}

TEST(OneWayLink, IsDarkForAsLongAsItIsTold) {
  World world("delay=10");
  for (int i = 0; i < 100; ++i) {
    if (i == 20) world.link.set("blackout=0.3", 0.2);
    world.send(i * 1e-2);
  }
  world.finish();
  EXPECT_EQ(world.link.total().lost_in_blackouts, 30u);
}

TEST(OneWayLink, HandsOutAllAtOnceWhatItHeld) {
  World world("delay=10");
  world.link.set("hold=1", 0);
  for (int i = 0; i < 5; ++i) world.send(i * 0.1);
  world.finish();
  ASSERT_EQ(world.arrivals.size(), 5u);
  for (const Arrival& arrival : world.arrivals) EXPECT_DOUBLE_EQ(arrival.time, 1);
}

TEST(OneWayLink, DeliversTwiceWhatItDuplicates) {
  World world("dup=1");
  world.send(1);
  world.finish();
  EXPECT_EQ(world.arrivals.size(), 2u);
}

TEST(OneWayLink, GivesTheSameFatesForTheSameSeed) {
  const auto fates = [](uint64_t seed) {
    World world("delay=10,jitter=5,loss=0.3", seed);
    for (int i = 0; i < 200; ++i) world.send(i * 1e-2);
    world.finish();
    std::map<size_t, double> arrivals;
    for (const Arrival& arrival : world.arrivals) arrivals[arrival.number] = arrival.time;
    return arrivals;
  };
  EXPECT_EQ(fates(7), fates(7));
  EXPECT_NE(fates(7), fates(8));
}

TEST(OneWayLink, CountsAllThatGoesThrough) {
  World world("rate=1M,queue_ms=5,loss=0.2");
  for (int i = 0; i < 1000; ++i) world.send(i * 0.9e-3);
  world.finish();
  const LinkCount& total = world.link.total();
  EXPECT_EQ(total.packets_in, 1000u);
  EXPECT_EQ(total.packets_in, total.packets_out + total.lost + total.lost_in_queue + total.lost_in_blackouts);
  EXPECT_EQ(total.bytes_out, total.packets_out * 125);
  EXPECT_EQ(world.link.take_second().packets_in, 1000u);
  EXPECT_EQ(world.link.take_second().packets_in, 0u);
}

}  // namespace
}  // namespace sotto::lab
