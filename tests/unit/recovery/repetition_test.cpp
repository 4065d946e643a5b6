#include "transport/recovery/repetition.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

TEST(Repetition, SendsOnceWhatIsRarelyLost) {
  EXPECT_EQ(times_to_send(0, 0.02, 4), 1);
  EXPECT_EQ(times_to_send(0.02, 0.02, 4), 1);
}

TEST(Repetition, SendsAsOftenAsItTakesForAllToBeLostRarely) {
  EXPECT_EQ(times_to_send(0.1, 0.02, 9), 2);
  EXPECT_EQ(times_to_send(0.1, 0.01, 9), 2);
  EXPECT_EQ(times_to_send(0.1, 0.009, 9), 3);
  EXPECT_EQ(times_to_send(0.3, 0.02, 9), 4);
}

TEST(Repetition, SendsNothingMoreOftenThanItMay) {
  EXPECT_EQ(times_to_send(0.9, 0.02, 4), 4);
  EXPECT_EQ(times_to_send(1, 0.02, 4), 4);
}

}  // namespace
}  // namespace sotto::transport
