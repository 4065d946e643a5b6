#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/event_thread.hpp"
#include "engine/network_thread.hpp"

namespace sotto::engine {
namespace {

TEST(NetworkThread, RunsWhatIsPostedInOrder) {
  std::vector<int> order;
  {
    const auto thread = start_network_thread();
    for (int i = 0; i < 100; ++i) thread->post([&order, i] { order.push_back(i); });
    thread->run([&] { order.push_back(100); });
  }
  ASSERT_EQ(order.size(), 101u);
  for (int i = 0; i <= 100; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(NetworkThread, RunsAtOnceWhatItAsksOfItself) {
  const auto thread = start_network_thread();
  bool inner = false;
  thread->run([&] { thread->run([&] { inner = true; }); });
  EXPECT_TRUE(inner);
}

TEST(NetworkThread, FinishesWhatWasPostedBeforeItEnds) {
  bool ran = false;
  {
    const auto thread = start_network_thread();
    thread->post([&] { ran = true; });
  }
  EXPECT_TRUE(ran);
}

TEST(DeadlineTimer, FiresOnceAndNotBeforeItsMoment) {
  const auto thread = start_network_thread();
  std::promise<Timestamp> fired;
  std::unique_ptr<DeadlineTimer> timer;
  const Timestamp deadline = monotonic_now() + 3ms;
  thread->run([&] {
    timer = thread->make_timer([&] { fired.set_value(monotonic_now()); });
    timer->set(deadline);
  });
  EXPECT_GE(fired.get_future().get(), deadline);
  thread->run([&] { timer.reset(); });
}

TEST(DeadlineTimer, FiresAtTheEarlierMomentWhenToldOfTwo) {
  const auto thread = start_network_thread();
  std::promise<void> fired;
  std::unique_ptr<DeadlineTimer> timer;
  thread->run([&] {
    timer = thread->make_timer([&] { fired.set_value(); });
    timer->set(monotonic_now() + 1h);
    timer->set(monotonic_now() - 1s);  // in the past: at once
    timer->set(std::nullopt);          // changes nothing
  });
  fired.get_future().get();
  thread->run([&] { timer.reset(); });
}

TEST(WakeSignal, IsHeardAfterItWasGivenAndSilentAfterItWasClosed) {
  const auto thread = start_network_thread();
  std::promise<void> heard;
  int times = 0;
  std::shared_ptr<WakeSignal> signal;
  thread->run([&] {
    signal = thread->make_wake_signal([&] {
      if (++times == 1) heard.set_value();
    });
  });
  signal->notify();
  heard.get_future().get();
  thread->run([&] { signal->close(); });
  signal->notify();
  thread->run([] {});
  EXPECT_EQ(times, 1);
}

TEST(WakeSignal, GivenFromManyThreadsLosesNone) {
  const auto thread = start_network_thread();
  std::mutex mutex;
  int given = 0;
  int seen = 0;
  std::promise<void> all_seen;
  std::shared_ptr<WakeSignal> signal;
  thread->run([&] {
    signal = thread->make_wake_signal([&] {
      const std::lock_guard lock(mutex);
      const bool complete = seen < 4000 && given == 4000;
      seen = given;
      if (complete) all_seen.set_value();
    });
  });
  std::vector<std::thread> givers;
  for (int i = 0; i < 4; ++i) {
    givers.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) {
        {
          const std::lock_guard lock(mutex);
          ++given;
        }
        signal->notify();
      }
    });
  }
  for (std::thread& giver : givers) giver.join();
  all_seen.get_future().get();
  thread->run([&] { signal->close(); });
}

TEST(EventThread, RunsTasksInOrderAndAllOfThemBeforeItEnds) {
  std::vector<int> order;
  {
    EventThread thread;
    for (int i = 0; i < 50; ++i) thread.post([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 50u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(EventThread, TasksMayPostTasks) {
  std::promise<void> done;
  EventThread thread;
  thread.post([&] { thread.post([&] { done.set_value(); }); });
  done.get_future().get();
}

}  // namespace
}  // namespace sotto::engine
