#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/simulation/simulated_call.hpp"

// What is sent while the microphone is muted must not depend on what it hears. Two calls with the same chances differ
// in nothing else: so every datagram that Alice sends has to be the same to the last bit, encrypted as it is.

namespace sotto::simulation {
namespace {

using Noise = uint32_t;

constexpr int kOpus = 111;
constexpr int kRed = 63;

/// What Alice's microphone hears: noise that is the same in all calls, and while she is muted noise of a seed.
class Room {
 public:
  Room(bool& muted, Noise secret) : muted_(&muted), secret_(secret) {}
  void operator()(int64_t, std::span<int16_t, kAudioBlockSamples> block) {
    Noise& state = *muted_ ? secret_ : open_;
    for (int16_t& sample : block) {
      state = state * 1664525 + 1013904223;
      sample = static_cast<int16_t>(static_cast<int>(state >> 18) - 8192);
    }
  }

 private:
  const bool* muted_;
  Noise secret_;
  Noise open_ = 99;
};

struct Sent {
  std::vector<std::vector<uint8_t>> datagrams;
  std::vector<std::string> faults;
  double level_while_muted = 0;
  double level_after = 0;
};

struct Scene {
  Noise secret = 1;
  bool mutes = true;
  AudioProcessing processing = AudioProcessing::none();
};

/// Alice speaks for a second, is muted for a second, and speaks again. In between she does each at a moment that is no
/// multiple of anything.
Sent call_with(const Scene& scene) {
  bool secret_now = false;
  SimulatedCall call({.network = "delay=20ms",
                      .modelled_codecs = false,
                      .width = 160,
                      .height = 96,
                      .microphone = Room(secret_now, scene.secret),
                      .processing = scene.processing});
  Sent sent;
  call.on_sent([&](int device, ByteView datagram) {
    if (device == 0) sent.datagrams.emplace_back(datagram.begin(), datagram.end());
  });
  call.dial();
  EXPECT_TRUE(call.run_until([&] { return call.bob().call() != nullptr; }, 5s));
  call.bob().accept();
  call.run(1003ms);
  if (scene.mutes) call.alice().call()->set_muted(true);
  secret_now = true;
  call.run(1017ms);
  sent.level_while_muted = call.alice().call()->statistics().audio.sent_level_dbfs;
  call.alice().call()->set_muted(false);
  // The block that is complete next has begun before.
  call.run(10ms);
  secret_now = false;
  call.run(970ms);
  sent.level_after = call.alice().call()->statistics().audio.sent_level_dbfs;
  call.alice().call()->hang_up();
  call.rest();
  sent.faults = call.faults();
  return sent;
}

TEST(MutedCall, SendsTheSameWhateverTheMicrophoneHears) {
  const Sent one = call_with({.secret = 1}), other = call_with({.secret = 2});
  EXPECT_GT(one.datagrams.size(), 150u);
  EXPECT_EQ(one.datagrams, other.datagrams);
  EXPECT_TRUE(one.faults.empty());
}

TEST(MutedCall, SendsTheSameBehindProcessingToo) {
  const AudioProcessing everything;
  EXPECT_EQ(call_with({.secret = 1, .processing = everything}).datagrams,
            call_with({.secret = 2, .processing = everything}).datagrams);
}

TEST(MutedCall, WouldShowTheDifferenceIfTheMicrophoneWereOpen) {
  EXPECT_NE(call_with({.secret = 1, .mutes = false}).datagrams, call_with({.secret = 2, .mutes = false}).datagrams);
}

// The other side is told by a sealed message, as of its camera or a hold; the sound itself shows nothing.
TEST(MutedCall, SendsSoundThatCannotBeToldOnTheWayFromThatOfACallThatIsNot) {
  const auto sizes = [](const Sent& sent) {
    std::vector<size_t> sound;
    for (const auto& datagram : sent.datagrams) {
      const int payload_type = datagram[1] & 0x7f;
      const bool is_rtp = datagram[0] >> 6 == 2 && (payload_type < 64 || payload_type > 95);  // RFC 5761 4
      if (is_rtp && (payload_type == kOpus || payload_type == kRed)) sound.push_back(datagram.size());
    }
    EXPECT_GT(sound.size(), 140u);
    return sound;
  };
  EXPECT_EQ(sizes(call_with({})), sizes(call_with({.mutes = false})));
}

TEST(MutedCall, ShowsSilenceOnTheMeterAndSoundAfterwards) {
  const Sent sent = call_with({});
  EXPECT_EQ(sent.level_while_muted, -127);
  EXPECT_GT(sent.level_after, -30);
}

}  // namespace
}  // namespace sotto::simulation
