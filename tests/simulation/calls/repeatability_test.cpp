#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

// A network on which everything that draws random numbers draws them.
constexpr const char* kRough =
    "rate=1M,delay=40ms,jitter=15ms,loss=3%,burst=2%/4,reorder=1%/30ms,duplicate=1%,corrupt=0.5%";

uint64_t hash_of(bool modelled_codecs, uint64_t seed) {
  SimulatedCall call({.network = kRough,
                      .signaling = {.delay = 40ms, .loss = 0.1},
                      .seed = seed,
                      .modelled_codecs = modelled_codecs,
                      .width = 320,
                      .height = 180,
                      .trace = trace()});
  call.run_whole(1s, modelled_codecs ? 30s : 5s);
  return call.hash();
}

TEST(Repeatability, TheSameSeedGivesTheSameCallWithModelledCodecs) { EXPECT_EQ(hash_of(true, 7), hash_of(true, 7)); }

TEST(Repeatability, TheSameSeedGivesTheSameCallWithRealCodecs) { EXPECT_EQ(hash_of(false, 7), hash_of(false, 7)); }

TEST(Repeatability, AnotherSeedGivesAnotherCall) { EXPECT_NE(hash_of(true, 7), hash_of(true, 8)); }

}  // namespace
}  // namespace sotto::simulation
