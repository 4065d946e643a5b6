#include "transport/recovery/duplicate_filter.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

TEST(DuplicateFilter, LetsEachNumberPassOnceInAnyOrder) {
  SeededRandom random(5);
  DuplicateFilter filter;
  std::set<int64_t> passed;
  int64_t middle = 0;
  for (int i = 0; i < 20'000; ++i) {
    middle += random.u32() % 2;
    const int64_t sequence = middle + random.u32() % 1000;
    EXPECT_EQ(filter.insert(sequence), passed.insert(sequence).second);
  }
}

TEST(DuplicateFilter, TakesWhatIsTooOldForADuplicate) {
  DuplicateFilter filter;
  EXPECT_TRUE(filter.insert(5000));
  EXPECT_TRUE(filter.insert(5000 - 2047));
  EXPECT_FALSE(filter.insert(5000 - 2048));
}

TEST(DuplicateFilter, ForgetsEverythingAtALeapForward) {
  DuplicateFilter filter;
  EXPECT_TRUE(filter.insert(1));
  EXPECT_TRUE(filter.insert(1 + 2048));
  EXPECT_FALSE(filter.insert(1));
  EXPECT_TRUE(filter.insert(2));
  EXPECT_TRUE(filter.insert(1'000'000));
  EXPECT_TRUE(filter.insert(1'000'000 - 2047));
}

TEST(DuplicateFilter, CountsBelowZeroWhereTheFirstPacketsWereReordered) {
  DuplicateFilter filter;
  EXPECT_TRUE(filter.insert(0));
  EXPECT_TRUE(filter.insert(-1));
  EXPECT_FALSE(filter.insert(-1));
}

}  // namespace
}  // namespace sotto::transport
