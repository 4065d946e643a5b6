#include "base/units.hpp"

#include <gtest/gtest.h>

#include <sotto/result.hpp>

#include "base/random.hpp"

namespace sotto {
namespace {

TEST(Units, RateTimesTimeIsSizeAndSizeOverRateIsTime) {
  EXPECT_EQ(DataRate::kbps(2500) * Duration(40ms), DataSize::bytes(12500));
  EXPECT_EQ(DataSize::bytes(12500) / DataRate::kbps(2500), Duration(40ms));
}

TEST(Units, TimeToSendIsNeverRoundedDown) { EXPECT_EQ(DataSize::bytes(1) / DataRate::bps(8'000'001), Duration(1us)); }

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> value(7);
  EXPECT_TRUE(value.ok());
  EXPECT_EQ(*value, 7);
  const Result<int> error(Error{ErrorCode::kTimeout, "late"});
  EXPECT_FALSE(error.ok());
  EXPECT_EQ(error.error().message, "late");
}

TEST(ResultDeathTest, ReadingTheValueOfAFailureEndsTheProcessAndSaysWhy) {
  const Result<int> error(Error{ErrorCode::kTimeout, "late"});
  EXPECT_DEATH((void)error.value(), "late");
}

TEST(SeededRandom, GivesTheSameBytesForTheSameSeed) {
  SeededRandom a(1);
  SeededRandom b(1);
  SeededRandom c(2);
  const auto first = a.bytes<40>();
  EXPECT_EQ(first, b.bytes<40>());
  EXPECT_NE(first, c.bytes<40>());
}

TEST(SystemRandom, DoesNotRepeatItself) { EXPECT_NE(system_random().bytes<32>(), system_random().bytes<32>()); }

}  // namespace
}  // namespace sotto
