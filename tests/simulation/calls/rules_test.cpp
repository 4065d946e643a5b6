// What has to hold whatever the network does and whoever sends into it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

using testing::IsEmpty;

/// Any number up to `most`, as text.
std::string any(RandomSource& random, uint32_t most) { return std::to_string(random.u32() % (most + 1)); }

/// A network that does everything, each thing more or less.
std::string any_network(RandomSource& random) {
  std::string text = "rate=" + std::to_string(300 + random.u32() % 4000) + "k,queue=" + any(random, 500) + "ms";
  text += ",delay=" + any(random, 150) + "ms,jitter=" + any(random, 40) + "ms";
  text += ",overtaking=" + std::string(random.u32() % 2 == 0 ? "yes" : "no");
  text += ",loss=" + any(random, 15) + "%,burst=" + any(random, 8) + "%/" + std::to_string(2 + random.u32() % 6);
  text += ",reorder=" + any(random, 4) + "%/30ms,duplicate=" + any(random, 4) + "%,corrupt=" + any(random, 2) + "%";
  text += ",blackout=" + any(random, 30) + "s+" + any(random, 4) + "s";
  text += "; " + std::to_string(5 + random.u32() % 20) + "s: rate=" + std::to_string(200 + random.u32() % 3000) + "k";
  return text;
}

TEST(Rules, HoldInAnyCallOnAnyNetwork) {
  const Seeds seeds(40);
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SeededRandom random(seed);
    const std::string network = any_network(random);
    SCOPED_TRACE(replay(seed) + " on " + network);
    SimulatedCall call({.network = network,
                        .signaling = {.delay = Duration(random.u32() % 200'000), .loss = random.u32() % 20 / 100.0},
                        .seed = seed,
                        .trace = trace()});
    SimulatedDevice& who_hangs_up = random.u32() % 2 == 0 ? call.alice() : call.bob();
    const Duration ring(random.u32() % 5'000'000);
    const Duration talk(random.u32() % 40'000'000);
    const bool accepts = random.u32() % 8 != 0;
    const bool download = random.u32() % 4 == 0;
    call.bob().on_ringing([&] {
      call.machine().after(ring, [&] {
        if (accepts) call.bob().accept();
      });
    });
    if (download) call.network().start_download(static_cast<int>(random.u32() % 2));
    call.dial();
    call.run(ring + talk);
    if (who_hangs_up.call() != nullptr) who_hangs_up.call()->hang_up();
    call.run(45s);  // for one that the hang-up did not reach
    for (SimulatedDevice* device : {&call.alice(), &call.bob()}) {
      if (device->call() != nullptr) device->call()->hang_up();
    }
    if (!download) {
      call.rest();
    }
    ASSERT_THAT(call.faults(), IsEmpty());
  }
}

TEST(Rules, NothingThatIsForgedIsAnsweredOrCounted) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  // What a stranger on the path can copy: the headers of what goes by, with other numbers and nobody's keys.
  std::array<Bytes, 2> seen;
  uint64_t forged = 0;
  SeededRandom random(3);
  std::function<void()> forge = [&] {
    for (int device : {0, 1}) {
      Bytes datagram = seen.at(1 - device);
      if (datagram.size() < 12) continue;
      datagram[2] = static_cast<uint8_t>(random.u32());  // far ahead or far behind
      datagram[datagram.size() - 1] ^= 1;
      call.network().inject(device, datagram);
      ++forged;
    }
    call.machine().after(5ms, forge);
  };
  call.on_sent([&](int device, ByteView datagram) {
    if (datagram[0] >= 128) seen.at(device).assign(datagram.begin(), datagram.end());
  });
  call.bob().on_ringing([&] { call.bob().accept(); });
  call.dial();
  call.run(2s);
  const std::array before{call.alice().call()->statistics(), call.bob().call()->statistics()};
  forge();
  call.run(5s);

  EXPECT_GT(forged, 1900u);
  const std::array after{call.alice().call()->statistics(), call.bob().call()->statistics()};
  for (size_t device : {0U, 1U}) {
    EXPECT_EQ(after[device].path.refused - before[device].path.refused, forged / 2);
    EXPECT_EQ(after[device].video.nacks_sent, before[device].video.nacks_sent);
    EXPECT_EQ(after[device].video.packets_retransmitted, before[device].video.packets_retransmitted);
    EXPECT_EQ(after[device].audio.packets_lost, 0u);
  }
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(Rules, ACallWhosePeerIsGoneEndsAfterThirtySeconds) {
  SimulatedCall call({.network = "delay=20ms,blackout=10s+100s", .signaling = {.delay = 20ms}, .trace = trace()});
  call.bob().on_ringing([&] { call.bob().accept(); });
  call.dial();
  call.run(9s);
  ASSERT_EQ(call.alice().call()->state(), CallState::kActive);
  call.signaling().set_up(false);
  call.run(1s + 29s);
  EXPECT_EQ(call.alice().call()->state(), CallState::kActive);
  call.run(2s);
  EXPECT_EQ(call.alice().call()->end_reason(), EndReason::kPeerGone);
  EXPECT_EQ(call.bob().call()->end_reason(), EndReason::kPeerGone);
  call.rest();
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(Rules, ACallGoesOnAndEndsProperlyWithoutItsServer) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  call.bob().on_ringing([&] { call.bob().accept(); });
  call.dial();
  call.run(2s);
  call.signaling().set_up(false);
  call.run(60s);
  EXPECT_EQ(call.alice().call()->state(), CallState::kActive);
  call.bob().call()->hang_up();
  call.run(1s);
  EXPECT_EQ(call.alice().call()->end_reason(), EndReason::kPeerHungUp);
  call.rest();
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(Rules, ACallThatIsCancelledHasOpenedNothingAtTheCallee) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  call.dial();
  call.run(5s);
  ASSERT_EQ(call.bob().call()->state(), CallState::kRinging);
  call.alice().call()->hang_up();
  call.rest();
  EXPECT_EQ(call.bob().call()->end_reason(), EndReason::kCancelled);
  EXPECT_EQ(call.bob().microphone().starts() + call.bob().camera().starts(), 0);
  EXPECT_EQ(call.watch().counts(0).rtp + call.watch().counts(1).rtp, 0u);
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(Rules, PicturesComeBackAfterAnOutageOnALossyLink) {
  // Key frames on such a link are protected, and longer than the pictures that a call begins with.
  const Seeds seeds(10);
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE(replay(seed));
    SimulatedCall call(
        {.network = "delay=10ms,loss=5%,blackout=6s+2s", .signaling = {.delay = 10ms}, .seed = seed, .trace = trace()});
    call.bob().on_ringing([&] { call.bob().accept(); });
    call.dial();
    call.run(10s);
    const std::array before{call.alice().pictures_shown(), call.bob().pictures_shown()};
    call.run(10s);
    EXPECT_GT(call.alice().pictures_shown() - before[0], 200u);
    EXPECT_GT(call.bob().pictures_shown() - before[1], 200u);
    EXPECT_THAT(call.faults(), IsEmpty());
  }
}

TEST(Rules, ACallIsHeardAndSeenBesideADownloadThatFillsTheQueue) {
  SimulatedCall call({.network = "rate=1M,queue=200ms,delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  call.bob().on_ringing([&] { call.bob().accept(); });
  call.dial();
  call.run(10s);
  call.network().start_download(0);
  call.run(60s);
  // Half of the time there is something to hear. What the full queue drops, it drops of sound, too.
  EXPECT_GT(call.bob().blocks_heard(), 70u * 100 / 2 * 3 / 4);
  EXPECT_GT(call.bob().pictures_shown(), 300u);
  EXPECT_THAT(call.faults(), IsEmpty());
}

}  // namespace
}  // namespace sotto::simulation
