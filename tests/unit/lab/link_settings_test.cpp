#include "tests/lab/linkem/link_settings.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace sotto::lab {
namespace {

LinkSettings settings_of(std::string_view text, double now = 0) {
  LinkSettings settings;
  apply(text, now, settings);
  return settings;
}

TEST(LinkSettings, AreReadInTheirUnits) {
  const LinkSettings settings =
      settings_of("delay=25,jitter=30,jdist=exp,reorder=1,loss=0.05,rate=2.5M,queue_ms=300,queue_bytes=9000,dup=0.01");
  EXPECT_DOUBLE_EQ(settings.delay, 0.025);
  EXPECT_DOUBLE_EQ(settings.jitter, 0.030);
  EXPECT_EQ(settings.jitter_shape, JitterShape::kExponential);
  EXPECT_TRUE(settings.reorder);
  EXPECT_DOUBLE_EQ(settings.loss, 0.05);
  EXPECT_DOUBLE_EQ(settings.rate, 2.5e6);
  EXPECT_DOUBLE_EQ(settings.queue_time, 0.3);
  EXPECT_DOUBLE_EQ(settings.queue_bytes, 9000);
  EXPECT_DOUBLE_EQ(settings.duplication, 0.01);
  EXPECT_DOUBLE_EQ(settings_of("rate=500k").rate, 500e3);
}

TEST(LinkSettings, TakeBurstsAsShareAndLength) {
  EXPECT_DOUBLE_EQ(settings_of("ge=0.10/5").burst_loss, 0.1);
  EXPECT_DOUBLE_EQ(settings_of("ge=0.10/5").mean_burst_length, 5);
  EXPECT_DOUBLE_EQ(settings_of("ge=0").burst_loss, 0);
}

TEST(LinkSettings, BeginBlackoutsNow) { EXPECT_DOUBLE_EQ(settings_of("blackout=3", 7).blackout_until, 10); }

TEST(LinkSettings, KeepWhatIsNotNamed) {
  LinkSettings settings = settings_of("delay=25,loss=0.1");
  apply("loss=0", 0, settings);
  EXPECT_DOUBLE_EQ(settings.delay, 0.025);
  EXPECT_DOUBLE_EQ(settings.loss, 0);
}

class WrongLinkSettings : public testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(All, WrongLinkSettings,
                         testing::Values("delay", "delay=", "delay=x", "delay=-1", "delay=1x", "loss=1.5", "rate=M",
                                         "jdist=flat", "ge=0.1/0", "ge=1/5", "speed=1", "delay=nan", "delay=1e99"));

TEST_P(WrongLinkSettings, ChangeNothing) {
  LinkSettings settings = settings_of("delay=25");
  EXPECT_THROW(apply("loss=0.5," + std::string(GetParam()), 0, settings), std::invalid_argument);
  EXPECT_DOUBLE_EQ(settings.loss, 0);
}

}  // namespace
}  // namespace sotto::lab
