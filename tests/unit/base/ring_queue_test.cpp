#include "base/ring_queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>

namespace sotto {
namespace {

TEST(RingQueue, GivesBackInOrderHoweverItGrowsAndWraps) {
  RingQueue<int> queue;
  std::deque<int> expected;
  for (int i = 0; i < 1000; ++i) {
    queue.push(i);
    expected.push_back(i);
    if (i % 3 != 0) continue;
    EXPECT_EQ(queue.front(), expected.front());
    EXPECT_EQ(queue.pop(), expected.front());
    expected.pop_front();
  }
  EXPECT_EQ(queue.size(), expected.size());
  while (const auto value = queue.try_pop()) {
    EXPECT_EQ(*value, expected.front());
    expected.pop_front();
  }
  EXPECT_TRUE(queue.empty());
}

TEST(RingQueue, ShowsWhatWaitsBehindTheFirst) {
  RingQueue<int> queue;
  for (int value = 0; value < 14; ++value) queue.push(value);
  for (int i = 0; i < 10; ++i) (void)queue.pop();
  for (int value = 14; value < 24; ++value) queue.push(value);  // around the end of its memory
  for (size_t place = 0; place < queue.size(); ++place) EXPECT_EQ(queue.at(place), 10 + static_cast<int>(place));
}

TEST(RingQueue, LetsGoOfWhatWasPoppedOrCleared) {
  const auto value = std::make_shared<int>(1);
  RingQueue<std::shared_ptr<int>> queue;
  queue.push(value);
  queue.push(value);
  (void)queue.pop();
  EXPECT_EQ(value.use_count(), 2);
  queue.clear();
  EXPECT_EQ(value.use_count(), 1);
}

}  // namespace
}  // namespace sotto
