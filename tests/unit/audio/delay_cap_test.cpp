// Delay has an upper bound, and none of it stays when its reason is gone.
#include <gtest/gtest.h>

#include <algorithm>

#include "companded_codec.hpp"
#include "virtual_call.hpp"

namespace sotto::media {
namespace {

const CompandedCodec kQuickCodec;
const Duration kCap = AudioReceiverOptions{}.max_delay;
constexpr Duration kTick = 10ms;

/// Stands still for up to 2 s, again and again, for a minute; then it is as if nothing had been.
Duration stalls(Duration since_start) {
  if (since_start < 10s || since_start > 70s) return 0ms;
  const auto which = since_start / 3s;
  const Duration length = std::chrono::milliseconds(200 + which * 700 % 1801);
  return std::max(3s * which + length - since_start, Duration::zero());
}

/// Each packet takes up to a second, as it happens.
Duration chaos(Duration since_start) {
  return since_start < 10s || since_start > 70s ? 0ms : Duration(since_start.count() * 7919 % 1'000'000);
}

struct Path {
  const char* name;
  Duration (*extra)(Duration);  ///< from 10 to 70 s
  size_t gone;                  ///< the second by which its delay has gone
};
void PrintTo(const Path& path, std::ostream* out) { *out << path.name; }

class DelayCap : public testing::TestWithParam<Path> {};
INSTANTIATE_TEST_SUITE_P(On, DelayCap,
                         testing::Values(Path{"Stalls", stalls, 82},
                                         // What lasted for a minute is believed in for longer.
                                         Path{"Chaos", chaos, 100}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(DelayCap, HoldsOnAnyPathAndTheDelayGoesWithItsReason) {
  for (const bool reorders : {false, true}) {
    VirtualNetwork network{.reorders = reorders, .phase = 4ms, .codec = &kQuickCodec};
    network.extra = GetParam().extra;
    const VirtualCallResult call = run_virtual_call(network, 102s);
    for (const AudioReceiverStatistics& then : call.each_second) EXPECT_LE(then.target, kCap);
    // What is over the cap, and the longest packet, is cut at once.
    for (const Duration delay : call.buffer_delay) EXPECT_LE(delay, kCap + 60ms + 2 * kTick);
    EXPECT_LE(call.buffer_delay[GetParam().gone], call.buffer_delay[8] + kTick);
  }
}

}  // namespace
}  // namespace sotto::media
