#include "media/audio/audio_receiver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>
#include <vector>

#include "media/audio/audio_sender.hpp"
#include "media/audio/redundant_payload.hpp"
#include "media/device/test_sound.hpp"
#include "virtual_call.hpp"

namespace sotto::media {
namespace {

constexpr double kConcealedOnACleanLink = 0.0005;

double share_concealed(const VirtualCallResult& call) {
  return static_cast<double>(call.statistics.concealed_samples) / static_cast<double>(call.statistics.total_samples);
}

uint64_t samples(Duration time) { return static_cast<uint64_t>(time.count()) * 48 / 1000; }

/// Two ends that share two busy cores.
VirtualNetwork busy() { return {.sender_hiccup = 3ms, .receiver_hiccup = 3ms, .phase = 4ms}; }

class PhaseOfTheClocks : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Milliseconds, PhaseOfTheClocks, testing::Range(0, 10));

TEST_P(PhaseOfTheClocks, LeavesTheEarWithin46MsOfTheMouthOnACleanLink) {
  // 20 ms a packet + 6.5 ms in Opus + at most 20 in the buffer
  VirtualNetwork network = busy();
  network.phase = std::chrono::milliseconds(GetParam());
  const VirtualCallResult call = run_virtual_call(network, 20s);
  const SoundQuality quality = call.quality(network.delay);
  EXPECT_LE(quality.delay_p50, 46ms);
  EXPECT_GE(quality.delay_p50, 26ms);
  EXPECT_LE(share_concealed(call), kConcealedOnACleanLink);
}

struct Link {
  Duration jitter;
  double loss;
};
void PrintTo(const Link& link, std::ostream* out) {
  *out << to_milliseconds(link.jitter) << " ms jitter, " << 100 * link.loss << " % loss";
}
class JitterAndLoss : public testing::TestWithParam<Link> {};
INSTANTIATE_TEST_SUITE_P(Links, JitterAndLoss,
                         testing::Values(Link{0ms, 0}, Link{5ms, 0}, Link{10ms, 0}, Link{30ms, 0}, Link{0ms, 0.01},
                                         Link{10ms, 0.01}, Link{30ms, 0.01}, Link{0ms, 0.05}, Link{30ms, 0.05},
                                         Link{0ms, 0.1}, Link{10ms, 0.1}, Link{30ms, 0.1}));

TEST_P(JitterAndLoss, CostDelayForTheJitterAndConcealmentForTheLossAndNoMore) {
  VirtualNetwork network = busy();
  network.jitter = GetParam().jitter;
  network.loss = GetParam().loss;
  const VirtualCallResult call = run_virtual_call(network, 30s);
  EXPECT_LE(call.statistics.delay, network.jitter + 20ms);
  EXPECT_LE(share_concealed(call), 1.25 * network.loss + 0.004);
  EXPECT_LE(call.quality(network.delay).delay_p95, network.jitter + 50ms);
}

struct Repeated {
  double loss;
  int copies;
  double concealed;    ///< at the most, part of all
  Duration delay_p50;  ///< at the most
};
void PrintTo(const Repeated& repeated, std::ostream* out) {
  *out << 100 * repeated.loss << " % loss, " << repeated.copies << " copies";
}
class LossAndCopies : public testing::TestWithParam<Repeated> {};
INSTANTIATE_TEST_SUITE_P(Links, LossAndCopies,
                         testing::Values(Repeated{0.05, 1, 0.01, 62ms}, Repeated{0.1, 1, 0.02, 62ms},
                                         Repeated{0.2, 2, 0.025, 82ms}, Repeated{0.3, 2, 0.05, 82ms}));

TEST_P(LossAndCopies, ConcealOnlyWhatNoCopyBrings) {
  for (const uint64_t seed : {1u, 2u}) {
    VirtualNetwork network = busy();
    network.loss = GetParam().loss;
    network.copies = GetParam().copies;
    network.seed = seed;
    const VirtualCallResult call = run_virtual_call(network, 30s);
    EXPECT_LE(share_concealed(call), GetParam().concealed);
    EXPECT_LE(call.quality(network.delay).delay_p50, GetParam().delay_p50);
    EXPECT_GE(call.statistics.packets_recovered, static_cast<uint64_t>(0.7 * GetParam().loss * 1500));
    EXPECT_EQ(call.statistics.packets_discarded, 0u);
  }
}

TEST(AudioReceiver, WaitsForNoCopiesThatBringNothing) {
  VirtualNetwork network = busy();
  const Duration without = run_virtual_call(network, 20s).statistics.delay;
  network.copies = 3;
  const VirtualCallResult call = run_virtual_call(network, 20s);
  EXPECT_EQ(call.statistics.delay, without);
  EXPECT_EQ(call.statistics.packets_recovered, 0u);
  EXPECT_EQ(call.statistics.packets_duplicate, 0u) << "copies of what came are no news";
}

TEST(AudioReceiver, PutsOvertakenPacketsBackInOrder) {
  VirtualNetwork network = busy();
  network.jitter = 40ms;
  network.reorders = true;
  const VirtualCallResult call = run_virtual_call(network, 60s);
  EXPECT_LE(share_concealed(call), 0.01);
  EXPECT_LE(call.quality(network.delay).delay_p95, 90ms);
}

class ClockDrift : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(PartsPerMillion, ClockDrift, testing::Values(-300.0, 300.0));

TEST_P(ClockDrift, LeavesTheDelayFlatFor10Minutes) {
  VirtualNetwork network = busy();
  network.jitter = 5ms;
  network.sender_ppm = GetParam();
  const VirtualCallResult call = run_virtual_call(network, 600s);
  for (size_t second = 5; second < call.buffer_delay.size(); ++second) {
    EXPECT_GE(call.buffer_delay[second], 4ms) << second;
    EXPECT_LE(call.buffer_delay[second], 26ms) << second;
  }
  EXPECT_LE(share_concealed(call), 0.001);
}

TEST(AudioReceiver, ForgetsASpikeOfDelayWithin10Seconds) {
  VirtualNetwork network = busy();
  network.extra = [](Duration t) { return t > 20s && t < 22s && t / 100ms % 2 == 0 ? 150ms : 0ms; };
  const VirtualCallResult call = run_virtual_call(network, 35s);
  EXPECT_LE(call.buffer_delay[32], call.buffer_delay[19] + 10ms);
}

class StepOfDelay : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Milliseconds, StepOfDelay, testing::Values(60, 120, 200, 300));

TEST_P(StepOfDelay, CostsItsOwnLengthOfSoundAndIsWonBackWhenItGoes) {
  const Duration step = std::chrono::milliseconds(GetParam());
  VirtualNetwork network = busy();
  network.extra = [step](Duration t) { return t > 10s && t < 30s ? step : 0ms; };
  const VirtualCallResult call = run_virtual_call(network, 45s);
  EXPECT_LE(call.statistics.concealed_samples, samples(step + 60ms));
  EXPECT_LE(call.buffer_delay[28], call.buffer_delay[8] + 10ms) << "its delay is the path's now, not the buffer's";
  EXPECT_LE(call.buffer_delay[43], call.buffer_delay[8] + 10ms);
}

TEST(AudioReceiver, HearsAgainWithin200MsAfterTheNetworkWasGone) {
  VirtualNetwork network = busy();
  network.extra = [](Duration t) { return t > 10s && t < 13s ? 13s - t : 0ms; };
  const VirtualCallResult call = run_virtual_call(network, 20s);
  for (const SoundMatch& match : match_sound(call.sent, call.received, call.match)) {
    if (match.received_at < 13'225 * 48) continue;
    EXPECT_GT(match.correlation, 0.5) << match.received_at / 48;
  }
}

TEST(AudioReceiver, WinsDelayBackWithin10SecondsEvenInNoise) {
  AudioSender sender({}, PacketPool::create());
  AudioReceiver receiver;
  std::array<int16_t, kAudioBlockSamples> block{};
  const Timestamp start = Timestamp{} + 100s;
  uint32_t dice = 1;
  int64_t sequence = 0;
  Duration before{};
  for (int tick = 0; tick < 3100; ++tick) {
    const Timestamp now = start + tick * 10ms;
    for (int16_t& sample : block) {
      dice = dice * 1664525 + 1013904223;
      sample = static_cast<int16_t>(static_cast<int32_t>(dice >> 18) - 8192);
    }
    if (const auto packet = sender.push(block, now)) {
      receiver.on_payload(sequence++, packet->rtp_timestamp, packet->payload->view(), now);
    }
    if (tick == 2000) before = receiver.statistics().delay;
    const bool sound_card_stands_still = tick >= 2000 && tick < 2011;  // short of what is cut in one piece
    if (!sound_card_stands_still) receiver.play(block, now + 5ms);
    if (tick == 2300) {
      EXPECT_GE(receiver.statistics().delay, before + 50ms) << "it was not there to be won back";
    }
  }
  EXPECT_LE(receiver.statistics().delay, before + 10ms);
}

class AudioReceiverUnderAttack : public testing::Test {
 protected:
  void play(Timestamp now) { receiver_.play(block_, now); }
  bool is_silent() const {
    return std::all_of(block_.begin(), block_.end(), [](int16_t sample) { return sample == 0; });
  }

  double loudness() const {
    double energy = 0;
    for (const int16_t sample : block_) energy += static_cast<double>(sample) * sample;
    return std::sqrt(energy / static_cast<double>(block_.size()));
  }

  AudioReceiver receiver_{{.payload_type = 111}};
  std::array<int16_t, kAudioBlockSamples> block_{};
  const Timestamp start_ = Timestamp{} + 100s;
};

TEST_F(AudioReceiverUnderAttack, IsSilentBeforeAnythingArrives) {
  play(start_);
  EXPECT_TRUE(is_silent());
  EXPECT_EQ(receiver_.statistics().silent_samples, 480u);
  EXPECT_EQ(receiver_.statistics().concealed_samples, 0u);
}

TEST_F(AudioReceiverUnderAttack, FadesToNoiseOfTheBackgroundAndThenToSilenceWhenTheStreamStops) {
  AudioSender sender({}, PacketPool::create());
  TestSpeech speech;
  int64_t sequence = 0;
  uint32_t dice = 1;
  for (int tick = 0; tick < 300; ++tick) {
    const Timestamp now = start_ + tick * 10ms;
    std::array<int16_t, kAudioBlockSamples> captured;
    speech.next(captured);
    for (int16_t& sample : captured) {  // in a room that is not quite silent: 40, root mean square
      dice = dice * 1664525 + 1013904223;
      sample = static_cast<int16_t>(sample / 2 + static_cast<int>(dice >> 24) % 139 - 69);
    }
    if (const auto packet = sender.push(captured, now); packet && tick < 100) {
      receiver_.on_payload(sequence++, packet->rtp_timestamp, packet->payload->view(), now);
    }
    play(now + 5ms);
    if (tick > 125 && tick < 195) {
      EXPECT_LE(loudness(), 60) << tick;
      EXPECT_GE(loudness(), 15) << tick;
    }
    if (tick > 255) {
      EXPECT_TRUE(is_silent()) << tick;
    }
  }
  EXPECT_GT(receiver_.statistics().silent_samples, 0u);
}

TEST_F(AudioReceiverUnderAttack, SurvivesAFloodOfPacketsOfEveryTime) {
  const Bytes packet = {31 << 3, 1, 2, 3};
  uint32_t dice = 1;
  for (int i = 0; i < 20'000; ++i) {
    dice = dice * 1664525 + 1013904223;
    receiver_.on_payload(dice >> 20, dice, packet, start_ + Duration(i * 100));
    if (i % 100 == 0) play(start_ + Duration(i * 100));
  }
  EXPECT_EQ(receiver_.statistics().packets_received, 20'000u);
}

TEST_F(AudioReceiverUnderAttack, DiscardsRedundantPayloadsThatItCannotRead) {
  const Bytes opus = {31 << 3, 1, 2, 3};
  const Bytes cut_off = {0xef, 0x0f, 0x00, 0x10, 0x6f, 1};
  Bytes of_another_codec = {0x00};
  append(of_another_codec, opus);
  receiver_.on_redundant_payload(0, 0, cut_off, start_);
  receiver_.on_redundant_payload(1, 960, of_another_codec, start_);
  receiver_.on_redundant_payload(2, 1920, {}, start_);
  EXPECT_EQ(receiver_.statistics().packets_received, 3u);
  EXPECT_EQ(receiver_.statistics().packets_discarded, 3u);
}

TEST_F(AudioReceiverUnderAttack, PassesOverBlocksOfAnotherCodec) {
  const Bytes opus = {31 << 3, 1, 2, 3};
  const std::array blocks = {RedundantBlock{13, 1920, opus}, RedundantBlock{111, 960, opus}};
  Bytes payload(redundant_payload_size(blocks, opus));
  ByteWriter out(payload);
  write_redundant_payload(out, blocks, 111, opus);
  receiver_.on_redundant_payload(0, 1920, payload, start_);
  EXPECT_EQ(receiver_.statistics().packets_recovered, 1u);
  EXPECT_EQ(receiver_.statistics().packets_discarded, 0u);
}

TEST_F(AudioReceiverUnderAttack, HearsAStreamAgainThatBeganAnew) {
  AudioSender first({.first_rtp_timestamp = 1000}, PacketPool::create());
  AudioSender second({.first_rtp_timestamp = 2'000'000'000}, PacketPool::create());
  TestSpeech speech;
  int64_t sequence = 0;
  int silent = 0;
  for (int tick = 0; tick < 400; ++tick) {
    const Timestamp now = start_ + tick * 10ms;
    std::array<int16_t, kAudioBlockSamples> captured;
    speech.next(captured);
    if (const auto packet = (tick < 200 ? first : second).push(captured, now)) {
      receiver_.on_payload(sequence++, packet->rtp_timestamp, packet->payload->view(), now);
    }
    play(now + 5ms);
    const uint64_t heard = receiver_.statistics().total_samples - receiver_.statistics().silent_samples -
                           receiver_.statistics().concealed_samples;
    if (tick >= 200 && heard < static_cast<uint64_t>(tick) * 480 / 2) ++silent;
  }
  const AudioReceiverStatistics statistics = receiver_.statistics();
  EXPECT_LE(statistics.silent_samples + statistics.concealed_samples, 48u * 200);
  EXPECT_EQ(silent, 0);
}

TEST_F(AudioReceiverUnderAttack, TakesPacketsWhileItPlays) {
  // Nothing to look at but what a thread sanitizer sees.
  std::thread network([this] {
    const Bytes packet = {31 << 3, 1, 2, 3};
    for (int i = 0; i < 500; ++i) {
      receiver_.on_payload(i, static_cast<uint32_t>(i * 960), packet, start_ + i * 20ms);
    }
  });
  std::thread observer([this] {
    for (int i = 0; i < 500; ++i) EXPECT_LE(receiver_.statistics().packets_received, 500u);
  });
  for (int i = 0; i < 1000; ++i) play(start_ + i * 10ms);
  network.join();
  observer.join();
  EXPECT_EQ(receiver_.statistics().packets_received, 500u);
  EXPECT_EQ(receiver_.statistics().total_samples, 480'000u);
}

}  // namespace
}  // namespace sotto::media
