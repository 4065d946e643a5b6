#include "media/video/freeze_counter.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

using namespace std::chrono_literals;

class FreezeCounterTest : public ::testing::Test {
 protected:
  void show(int count) {
    for (int i = 0; i < count; ++i) counter_.on_shown(now_ += 33ms);
  }
  FreezeCounter counter_;
  Timestamp now_{1s};
};

TEST_F(FreezeCounterTest, CountsAGapFarAboveTheUsualOne) {
  show(30);
  now_ += 1s;
  show(30);
  EXPECT_EQ(counter_.freezes(), 1u);
  EXPECT_EQ(counter_.frozen_time(), 1033ms);
}

TEST_F(FreezeCounterTest, CountsNoGapThatIsExcused) {
  show(30);
  counter_.excuse();
  now_ += 60s;
  show(30);
  EXPECT_EQ(counter_.freezes(), 0u);
  now_ += 1s;
  show(1);
  EXPECT_EQ(counter_.freezes(), 1u) << "what is usual has not been forgotten";
}

}  // namespace
}  // namespace sotto::media
