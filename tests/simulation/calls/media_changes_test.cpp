// What people change in a call: cameras that open and shut, and hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

using testing::IsEmpty;

class MediaChanges : public testing::Test {
 protected:
  /// Both have talked for a while.
  void talk() {
    call_.bob().on_ringing([&] { call_.bob().accept(); });
    call_.dial();
    call_.run(5s);
    ASSERT_EQ(call_.alice().call()->state(), CallState::kActive);
    ASSERT_EQ(call_.bob().call()->state(), CallState::kActive);
  }
  void leave_cameras_shut() {
    for (SimulatedDevice* device : {&call_.alice(), &call_.bob()}) device->bring({.audio = device->own_microphone()});
  }
  uint64_t pictures_in(SimulatedDevice& device, Duration time) {
    const uint64_t before = device.pictures_shown();
    call_.run(time);
    return device.pictures_shown() - before;
  }
  uint64_t sound_in(SimulatedDevice& device, Duration time) {
    const uint64_t before = device.blocks_heard();
    call_.run(time);
    return device.blocks_heard() - before;
  }
  void end() {
    call_.alice().call()->hang_up();
    call_.rest();
    EXPECT_EQ(call_.bob().call()->end_reason(), EndReason::kPeerHungUp);
    EXPECT_THAT(call_.faults(), IsEmpty());
  }

  SimulatedCall call_{{.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()}};
  SimulatedDevice& alice_ = call_.alice();
  SimulatedDevice& bob_ = call_.bob();
};

TEST_F(MediaChanges, CameraThatIsShutIsClosedAndTheOtherSideIsTold) {
  talk();
  EXPECT_EQ(bob_.call()->peer_media(), (PeerMedia{.audio = true, .video = true}));
  ASSERT_TRUE(alice_.call()->set_camera(nullptr).ok());
  call_.run(100ms);
  EXPECT_FALSE(alice_.camera().open());
  EXPECT_TRUE(alice_.microphone().open());
  EXPECT_EQ(bob_.call()->peer_media(), (PeerMedia{.audio = true, .video = false}));
  EXPECT_EQ(pictures_in(bob_, 10s), 0u);
  EXPECT_EQ(alice_.call()->peer_media(), (PeerMedia{.audio = true, .video = true})) << "his stays as it is";
  EXPECT_GT(pictures_in(alice_, 1s), 25u);
  end();
}

TEST_F(MediaChanges, CameraThatOpensAgainIsSeenAtOnceAndWasNoFreeze) {
  talk();
  ASSERT_TRUE(alice_.call()->set_camera(nullptr).ok());
  call_.run(20s);
  const uint64_t freezes = bob_.call()->statistics().video.freezes;
  ASSERT_TRUE(alice_.call()->set_camera(alice_.own_camera()).ok());
  EXPECT_GT(pictures_in(bob_, 500ms), 10u);
  EXPECT_EQ(bob_.call()->peer_media(), (PeerMedia{.audio = true, .video = true}));
  call_.run(5s);
  EXPECT_EQ(bob_.call()->statistics().video.freezes, freezes);
  end();
}

TEST_F(MediaChanges, SoundBecomesPicturesEachSideAddingItsOwnAlone) {
  leave_cameras_shut();
  talk();
  EXPECT_EQ(alice_.call()->peer_media(), (PeerMedia{.audio = true, .video = false}));
  EXPECT_EQ(alice_.call()->statistics().path.probe_bytes_sent, 0u) << "sound needs no probing";
  std::vector<PeerMedia> told;
  bob_.call()->on_peer_media([&](const PeerMedia& media) { told.push_back(media); });

  ASSERT_TRUE(alice_.call()->set_camera(alice_.own_camera()).ok());
  EXPECT_GT(pictures_in(bob_, 2s), 50u);
  EXPECT_THAT(told, testing::ElementsAre(PeerMedia{.audio = true, .video = true}));
  EXPECT_EQ(bob_.camera().starts(), 0) << "his camera is his to open";
  EXPECT_EQ(alice_.pictures_shown(), 0u);

  ASSERT_TRUE(bob_.call()->set_camera(bob_.own_camera()).ok());
  EXPECT_GT(pictures_in(alice_, 2s), 50u);
  end();
}

TEST_F(MediaChanges, WhoAcceptsWithoutReceivingPicturesIsSentNoneAndHasNoneToShow) {
  bob_.bring({.audio = bob_.own_microphone(), .video = nullptr, .receive_video = false});
  talk();
  EXPECT_EQ(bob_.call()->set_camera(bob_.own_camera()).error().code, ErrorCode::kRefused);
  EXPECT_EQ(alice_.call()->statistics().video.packets_sent, 0u);
  EXPECT_EQ(bob_.camera().starts(), 0);
  EXPECT_FALSE(bob_.call()->peer_media().video);
  end();
}

TEST_F(MediaChanges, ACallerMayShutItsCameraWhileItRings) {
  call_.dial();
  call_.run(2s);
  ASSERT_EQ(alice_.call()->state(), CallState::kRinging);
  EXPECT_FALSE(bob_.call()->set_camera(bob_.own_camera()).ok()) << "nothing opens at a callee before the accept";
  EXPECT_FALSE(bob_.call()->hold().ok());
  ASSERT_TRUE(alice_.call()->set_camera(nullptr).ok());
  call_.run(1s);
  EXPECT_FALSE(alice_.camera().open());
  bob_.accept();
  call_.run(2s);
  EXPECT_EQ(bob_.call()->peer_media(), (PeerMedia{.audio = true, .video = false}));
  EXPECT_EQ(bob_.pictures_shown(), 0u);
  EXPECT_EQ(bob_.camera().starts(), 1);
  end();
}

TEST_F(MediaChanges, HoldClosesWhatIsOpenHereAndNothingFlowsEitherWay) {
  talk();
  ASSERT_TRUE(alice_.call()->hold().ok());
  EXPECT_TRUE(alice_.call()->on_hold());
  call_.run(500ms);
  EXPECT_FALSE(alice_.microphone().open());
  EXPECT_FALSE(alice_.camera().open());
  EXPECT_EQ(bob_.call()->peer_media(), (PeerMedia{.on_hold = true}));
  EXPECT_FALSE(bob_.call()->on_hold());
  const std::array before{call_.watch().counts(0).rtp, call_.watch().counts(1).rtp};
  EXPECT_EQ(sound_in(alice_, 2min), 0u);
  EXPECT_EQ(call_.watch().counts(0).rtp, before[0]);
  EXPECT_EQ(call_.watch().counts(1).rtp, before[1]);
  EXPECT_EQ(alice_.call()->state(), CallState::kActive) << "reports keep it alive";
  EXPECT_EQ(bob_.call()->state(), CallState::kActive);

  ASSERT_TRUE(alice_.call()->resume().ok());
  call_.run(1s);
  EXPECT_EQ(bob_.call()->peer_media(), (PeerMedia{.audio = true, .video = true}));
  EXPECT_GT(pictures_in(bob_, 1s), 25u);
  EXPECT_GT(pictures_in(alice_, 1s), 25u);
  EXPECT_GT(sound_in(bob_, 4s), 150u);  // half of the time there is something to hear
  EXPECT_GT(sound_in(alice_, 4s), 150u);
  EXPECT_EQ(alice_.microphone().starts(), 2);
  EXPECT_EQ(bob_.microphone().starts(), 1) << "whoever is held keeps its own open";
  end();
}

TEST_F(MediaChanges, ACallThatBothHoldFlowsWhenBothHaveResumed) {
  talk();
  ASSERT_TRUE(alice_.call()->hold().ok());
  ASSERT_TRUE(bob_.call()->hold().ok());
  call_.run(3s);
  ASSERT_TRUE(alice_.call()->resume().ok());
  call_.run(1s);
  EXPECT_TRUE(alice_.call()->peer_media().on_hold);
  const uint64_t before = call_.watch().counts(0).rtp + call_.watch().counts(1).rtp;
  call_.run(3s);
  EXPECT_EQ(call_.watch().counts(0).rtp + call_.watch().counts(1).rtp, before);
  EXPECT_FALSE(bob_.microphone().open()) << "her resuming opens nothing of his";
  ASSERT_TRUE(bob_.call()->resume().ok());
  call_.run(1s);
  EXPECT_GT(pictures_in(bob_, 1s), 25u);
  EXPECT_GT(pictures_in(alice_, 1s), 25u);
  end();
}

TEST_F(MediaChanges, AreToldWithoutTheServer) {
  talk();
  call_.signaling().set_up(false);
  ASSERT_TRUE(alice_.call()->hold().ok());
  call_.run(200ms);
  EXPECT_TRUE(bob_.call()->peer_media().on_hold);
  ASSERT_TRUE(alice_.call()->resume().ok());
  call_.run(200ms);
  EXPECT_FALSE(bob_.call()->peer_media().on_hold);
  end();
}

TEST_F(MediaChanges, OfACallThatIsOverAreRefused) {
  talk();
  end();
  EXPECT_FALSE(alice_.call()->hold().ok());
  EXPECT_FALSE(alice_.call()->resume().ok());
  EXPECT_FALSE(alice_.call()->set_camera(alice_.own_camera()).ok());
  call_.run(1s);
  EXPECT_FALSE(alice_.camera().open());
}

/// What the caller sends in 20 s of a call, in bytes: with cameras that are shut again, or without any.
uint64_t bytes_without_picture(bool cameras) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  for (SimulatedDevice* device : {&call.alice(), &call.bob()}) {
    if (!cameras) device->bring({.audio = device->own_microphone(), .video = nullptr, .receive_video = false});
  }
  call.bob().on_ringing([&] { call.bob().accept(); });
  call.dial();
  call.run(5s);
  for (SimulatedDevice* device : {&call.alice(), &call.bob()}) {
    if (cameras) {
      EXPECT_TRUE(device->call()->set_camera(nullptr).ok());
    }
  }
  call.run(5s);
  const uint64_t before = call.watch().counts(0).bytes;
  call.run(20s);
  return call.watch().counts(0).bytes - before;
}

TEST(ShutCamera, CostsNoMoreThanACallWithoutOne) {
  EXPECT_LE(bytes_without_picture(true), bytes_without_picture(false) * 21 / 20);
}

TEST(MediaChangesAtRandom, KeepEveryRuleOnABadNetwork) {
  const Seeds seeds(15);
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE(replay(seed));
    SeededRandom random(seed);
    SimulatedCall call({.network = "rate=2M,delay=40ms,jitter=20ms,loss=8%,reorder=2%/30ms",
                        .signaling = {.delay = 40ms, .duplicated = 0.2, .overtaking = 200ms},
                        .seed = seed,
                        .trace = trace()});
    call.bob().on_ringing([&] { call.bob().accept(); });
    call.dial();
    ASSERT_TRUE(call.run_until(
        [&] {
          return call.alice().call()->state() == CallState::kActive && call.bob().call() != nullptr &&
                 call.bob().call()->state() == CallState::kActive;
        },
        Duration(60s)));
    call.signaling().set_up(seed % 2 == 0);  // or else there is the path alone, which loses
    for (int i = 0; i < 60; ++i) {
      SimulatedDevice& device = random.u32() % 2 == 0 ? call.alice() : call.bob();
      switch (random.u32() % 4) {
        case 0:
          ASSERT_TRUE(device.call()->hold().ok());
          break;
        case 1:
          ASSERT_TRUE(device.call()->set_camera(nullptr).ok());
          break;
        case 2:
          ASSERT_TRUE(device.call()->set_camera(device.own_camera()).ok());
          break;
        default:
          ASSERT_TRUE(device.call()->resume().ok());
          break;
      }
      call.run(200ms + Duration(random.u32() % 2'000'000));
    }
    for (SimulatedDevice* device : {&call.alice(), &call.bob()}) {
      ASSERT_TRUE(device->call()->resume().ok());
      ASSERT_TRUE(device->call()->set_camera(device->own_camera()).ok());
    }
    call.run(6s);  // what was lost is told again
    for (const SimulatedDevice* device : {&call.alice(), &call.bob()}) {
      EXPECT_EQ(device->call()->peer_media(), (PeerMedia{.audio = true, .video = true}));
      EXPECT_TRUE(device->camera().open() && device->microphone().open());
    }
    call.alice().call()->hang_up();
    call.rest();
    EXPECT_THAT(call.faults(), IsEmpty());
  }
}

}  // namespace
}  // namespace sotto::simulation
