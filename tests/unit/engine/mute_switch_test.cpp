#include "engine/mute_switch.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

TEST(MuteSwitch, LetsEverythingThroughAtFirst) {
  MuteSwitch mute;
  EXPECT_FALSE(mute.muted());
  EXPECT_TRUE(mute.lets_through());
  EXPECT_TRUE(mute.lets_through());
}

TEST(MuteSwitch, LetsNothingThroughFromThenOn) {
  MuteSwitch mute;
  mute.set(true);
  EXPECT_TRUE(mute.muted());
  EXPECT_FALSE(mute.lets_through());
  EXPECT_FALSE(mute.lets_through());
}

TEST(MuteSwitch, HoldsBackTheBlockThatBeganWhileItWasMuted) {
  MuteSwitch mute;
  mute.set(true);
  mute.set(false);
  EXPECT_FALSE(mute.muted());
  EXPECT_FALSE(mute.lets_through());
  EXPECT_TRUE(mute.lets_through());
}

TEST(MuteSwitch, HoldsNothingBackWhenItWasNotMuted) {
  MuteSwitch mute;
  mute.set(false);
  EXPECT_TRUE(mute.lets_through());
}

TEST(MuteSwitch, StaysShutWhenItIsMutedAgainAtOnce) {
  MuteSwitch mute;
  mute.set(true);
  mute.set(false);
  mute.set(true);
  EXPECT_FALSE(mute.lets_through());
  mute.set(false);
  EXPECT_FALSE(mute.lets_through());
  EXPECT_TRUE(mute.lets_through());
}

}  // namespace
}  // namespace sotto::engine
