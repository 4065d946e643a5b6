// Whatever happens to sound on its way, it is joined without a click, and is never louder than it was.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "media/audio/audio_sender.hpp"
#include "media/device/test_sound.hpp"
#include "virtual_call.hpp"

namespace sotto::media {
namespace {

constexpr double kTone = 250;  // Hz

std::vector<int16_t> tone() {
  std::vector<int16_t> sound(10 * 48'000);
  TestTone source(kTone);
  for (size_t at = 0; at < sound.size(); at += 480) source.next(std::span(sound).subspan(at).first<480>());
  return sound;
}

/// The largest second difference behind the first second, which a click raises and a tone keeps small.
int roughness(std::span<const int16_t> sound) {
  sound = sound.subspan(48'000);
  int largest = 0;
  for (size_t i = 2; i < sound.size(); ++i) {
    largest = std::max(largest, std::abs(sound[i] - 2 * sound[i - 1] + sound[i - 2]));
  }
  return largest;
}

/// What the tone does by itself from one sample to the next, at its steepest. A click is a step on top of that.
int largest_step(std::span<const int16_t> sound) {
  int largest = 0;
  for (size_t i = 1; i < sound.size(); ++i) largest = std::max(largest, std::abs(sound[i] - sound[i - 1]));
  return largest;
}

/// The loudness of the loudest 20 ms, dB.
double loudest(std::span<const int16_t> sound) {
  double most = 1;
  for (; sound.size() >= 960; sound = sound.subspan(480)) {
    double energy = 0;
    for (const int16_t sample : sound.first(960)) energy += static_cast<double>(sample) * sample;
    most = std::max(most, energy / 960);
  }
  return 10 * std::log10(most);
}

/// Each so long, so often.
bool is_within(Duration time, Duration length, Duration every) { return time > every && time % every < length; }

struct Trouble {
  const char* name;
  VirtualNetwork network;
};
void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

std::vector<Trouble> troubles() {
  std::vector<Trouble> all;
  all.push_back({"Loss", {.loss = 0.1}});
  all.push_back({"Jitter", {.jitter = 60ms}});
  all.push_back({"Overtaking", {.jitter = 60ms, .reorders = true}});
  all.push_back({"LossAndCopies", {.loss = 0.3, .copies = 2}});
  all.push_back({"Spikes", {}});
  all.back().network.extra = [](Duration t) { return is_within(t, 2s, 10s) && t / 100ms % 2 == 0 ? 150ms : 0ms; };
  all.push_back({"Outages", {}});
  all.back().network.extra = [](Duration t) { return is_within(t, 1500ms, 5s) ? 1500ms - t % 5s : 0ms; };
  all.push_back({"ALongerPath", {}});
  all.back().network.extra = [](Duration t) { return is_within(t, 5s, 10s) ? 200ms : 0ms; };
  all.push_back({"ASlowMicrophone", {.sender_ppm = -1000}});
  all.push_back({"AFastMicrophone", {.sender_ppm = 1000}});
  all.push_back({"ALoudspeakerThatStops", {}});
  all.back().network.device = [](Duration due) { return due + due / 5s * 150ms; };
  all.push_back({"ALoudspeakerThatStopsForLong", {}});
  all.back().network.device = [](Duration due) { return due + due / 5s * 700ms; };
  all.push_back({"ALoudspeakerThatAsksInBursts", {.jitter = 10ms}});
  all.back().network.device = [](Duration due) { return due / 50ms * 50ms; };
  return all;
}

class Joins : public testing::TestWithParam<Trouble> {};
INSTANTIATE_TEST_SUITE_P(After, Joins, testing::ValuesIn(troubles()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(Joins, ClickNowhereAndAddNoEnergy) {
  const std::vector<int16_t> said = tone();
  const VirtualCallResult call = run_virtual_call(GetParam().network, 40s, said);
  const AudioReceiverStatistics& statistics = call.statistics;
  EXPECT_GT(statistics.concealed_samples + statistics.inserted_samples + statistics.removed_samples, 480u)
      << "there was nothing to join";
  EXPECT_LT(roughness(call.received), largest_step(said));
  EXPECT_LE(loudest(call.received), loudest(said) + 1);
}

TEST(Joins, LetOneStreamFollowAnotherWithoutAClick) {
  AudioSender first({.first_rtp_timestamp = 1000}, PacketPool::create());
  AudioSender second({.first_rtp_timestamp = 2'000'000'000}, PacketPool::create());
  AudioReceiver receiver;
  TestTone source(kTone);
  std::vector<int16_t> heard;
  const Timestamp start = Timestamp{} + 100s;
  for (int tick = 0; tick < 600; ++tick) {
    const Timestamp now = start + tick * 10ms;
    std::array<int16_t, kAudioBlockSamples> block;
    source.next(block);
    if (const auto packet = (tick < 300 ? first : second).push(block, now)) {
      receiver.on_payload(tick / 2, packet->rtp_timestamp, packet->payload->view(), now);
    }
    receiver.play(block, now + 5ms);
    heard.insert(heard.end(), block.begin(), block.end());
  }
  EXPECT_LT(roughness(heard), largest_step(tone()));
}

}  // namespace
}  // namespace sotto::media
