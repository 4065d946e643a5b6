// Microphone and loudspeaker have clocks of their own, which never agree, and devices that ask in their own rhythm.
#include <gtest/gtest.h>

#include <algorithm>

#include "companded_codec.hpp"
#include "media/device/test_sound.hpp"
#include "virtual_call.hpp"

namespace sotto::media {
namespace {

const CompandedCodec kQuickCodec;

/// A few seconds of speech, to be said again and again.
const std::vector<int16_t>& speech() {
  static const std::vector<int16_t> kSpeech = [] {
    std::vector<int16_t> sound(10 * 48'000);
    TestSpeech source;
    for (size_t at = 0; at < sound.size(); at += 480) source.next(std::span(sound).subspan(at).first<480>());
    return sound;
  }();
  return kSpeech;
}

/// A call of an hour, or more: nothing of it is kept but figures.
VirtualNetwork long_call() { return {.phase = 4ms, .codec = &kQuickCodec, .keeps_sound = false}; }

double milliseconds(uint64_t samples) { return static_cast<double>(samples) / 48.0; }

struct Clocks {
  double ppm;       ///< by which the microphone's is fast
  Duration jitter;  ///< of the network
};
void PrintTo(const Clocks& clocks, std::ostream* out) {
  *out << clocks.ppm << " ppm, " << to_milliseconds(clocks.jitter) << " ms jitter";
}

class ClocksThatDiffer : public testing::TestWithParam<Clocks> {};
INSTANTIATE_TEST_SUITE_P(ForAnHour, ClocksThatDiffer,
                         testing::Values(Clocks{-300, 0ms}, Clocks{300, 0ms}, Clocks{-300, 10ms}, Clocks{300, 10ms}));

TEST_P(ClocksThatDiffer, LeaveTheDelayFlatAndNothingToMakeUp) {
  VirtualNetwork network = long_call();
  network.sender_ppm = GetParam().ppm;
  network.jitter = GetParam().jitter;
  const VirtualCallResult call = run_virtual_call(network, 3600s, speech());
  // By then, what was expected of the network at first has given way to what it is.
  constexpr size_t kSettled = 30;
  const auto [lowest, highest] = std::minmax_element(call.buffer_delay.begin() + kSettled, call.buffer_delay.end());
  EXPECT_LE(*highest - *lowest, 11ms) << "a tick, since play-out goes by ticks, and what the fastest packet jitters";
  EXPECT_EQ(call.statistics.concealed_samples, call.each_second[kSettled].concealed_samples);
  const double longer = milliseconds(call.statistics.inserted_samples) - milliseconds(call.statistics.removed_samples);
  EXPECT_NEAR(longer, -GetParam().ppm * 3.6, 30) << "ms: all that the clocks differ by in an hour, and nothing else";
}

/// What the first `settled` seconds had in delay, and what the last ten have.
void expect_same_delay_after(const VirtualCallResult& call, size_t settled) {
  const Duration before = call.buffer_delay[settled];
  for (size_t second = call.buffer_delay.size() - 10; second < call.buffer_delay.size(); ++second) {
    EXPECT_LE(call.buffer_delay[second], before + 2ms) << second;
  }
}

constexpr Duration kHiccup = 30s;  // since the start of the call

TEST(DeviceBursts, OfTwoBlocksEach20MsCostNoMoreThanTheWaitForTheSecond) {
  const Duration steady = run_virtual_call(long_call(), 60s, speech()).buffer_delay.back();
  VirtualNetwork network = long_call();
  network.device = [](Duration due) { return due / 20ms * 20ms; };
  const VirtualCallResult call = run_virtual_call(network, 60s, speech());
  EXPECT_LE(call.buffer_delay.back(), steady + 10ms);
  EXPECT_LE(call.statistics.concealed_samples, 480u);
  EXPECT_EQ(call.statistics.inserted_samples, 0u);
}

TEST(DeviceBursts, OfTenLateCallbacksLeaveNoDelay) {
  VirtualNetwork network = long_call();
  network.device = [](Duration due) {
    const Duration each_20_ms = due / 20ms * 20ms;
    return each_20_ms >= kHiccup && each_20_ms < kHiccup + 200ms ? kHiccup + 200ms : each_20_ms;
  };
  const VirtualCallResult call = run_virtual_call(network, 50s, speech());
  expect_same_delay_after(call, 29);
  EXPECT_LE(milliseconds(call.statistics.concealed_samples), 10) << "the packets were all there";
}

TEST(DeviceBursts, LeaveNoDelayIfTenCallbacksNeverCome) {
  VirtualNetwork network = long_call();
  network.device = [](Duration due) {
    const Duration each_20_ms = due / 20ms * 20ms;
    return each_20_ms >= kHiccup ? each_20_ms + 200ms : each_20_ms;
  };
  const VirtualCallResult call = run_virtual_call(network, 50s, speech());
  EXPECT_GE(milliseconds(call.statistics.removed_samples), 180) << "which is what had to be won back";
  expect_same_delay_after(call, 29);
}

}  // namespace
}  // namespace sotto::media
