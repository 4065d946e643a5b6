// Whether what is heard and what is shown belong together, on bad paths: real sound, modelled pictures, and the reports
// of their sender in between.
#include <gtest/gtest.h>

#include "seeds.hpp"

namespace sotto::simulation {
namespace {

struct Path {
  const char* network;
  Duration median;  ///< of how far apart they are, at the most
  Duration p95;     ///< likewise
  Duration ear;     ///< from mouth to ear, the median: what sound may wait for pictures is bounded
};
void PrintTo(const Path& path, std::ostream* out) { *out << path.network; }

class LipSync : public ::testing::TestWithParam<Path> {};
INSTANTIATE_TEST_SUITE_P(
    Paths, LipSync,
    ::testing::Values(Path{"delay=5ms", 40ms, 80ms, 55ms}, Path{"delay=25ms", 40ms, 80ms, 75ms},
                      Path{"delay=100ms", 40ms, 80ms, 150ms}, Path{"delay=25ms,loss=1%", 40ms, 80ms, 90ms},
                      Path{"delay=25ms,loss=5%", 40ms, 80ms, 95ms}, Path{"delay=25ms,loss=10%", 40ms, 95ms, 95ms},
                      Path{"delay=50ms,jitter=30ms,overtaking=yes", 40ms, 80ms, 135ms},
                      Path{"delay=50ms,jitter=60ms,overtaking=yes", 40ms, 80ms, 220ms},
                      Path{"delay=25ms,rate=1M", 40ms, 80ms, 110ms}, Path{"delay=25ms,rate=300k", 40ms, 80ms, 150ms},
                      Path{"delay=25ms,loss=20%", 100ms, 250ms, 110ms},
                      Path{"delay=25ms,loss=30%", 150ms, 250ms, 180ms}));

TEST_P(LipSync, HoldsForShownPictures) {
  on_each_seed({.network = GetParam().network, .length = 30s, .hears = Duration(4ms)},
               [](const CallRecord& call, Expectations& expect) {
                 expect.at_most("apart p50", call.apart_percentile(0.5, 5s, 30s), GetParam().median);
                 expect.at_most("apart p95", call.apart_percentile(0.95, 5s, 30s), GetParam().p95);
                 expect.at_most("ear p50", call.sound.quality(5s, 30s).delay_p50, GetParam().ear);
               });
}

}  // namespace
}  // namespace sotto::simulation
