#include "signaling/client/detail/ending_threads.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <future>

namespace sotto::signaling {
namespace {

using Flag = std::shared_ptr<std::atomic<bool>>;

Flag new_flag() { return std::make_shared<std::atomic<bool>>(false); }

std::thread thread_that_waits_for(std::shared_future<void> go, Flag ended) {
  return std::thread([go = std::move(go), ended = std::move(ended)] {
    go.wait();
    *ended = true;
  });
}

TEST(EndingThreads, AreWaitedForWhenTheirHolderGoes) {
  std::promise<void> go;
  const Flag ended = new_flag();
  {
    EndingThreads threads;
    threads.add(thread_that_waits_for(go.get_future().share(), ended), ended);
    go.set_value();
  }
  EXPECT_TRUE(*ended);
}

TEST(EndingThreads, AreNotGatheredForEver) {
  EndingThreads threads;
  std::promise<void> never_yet;
  const Flag still_runs = new_flag();
  threads.add(thread_that_waits_for(never_yet.get_future().share(), still_runs), still_runs);

  for (int i = 0; i < 5; ++i) {
    const Flag ended = new_flag();
    std::promise<void> now;
    now.set_value();
    threads.add(thread_that_waits_for(now.get_future().share(), ended), ended);
    while (!*ended) std::this_thread::yield();
  }

  EXPECT_EQ(threads.size(), 2u) << "the one that runs, and the last";
  never_yet.set_value();
}

// What is registered last runs first at the end of a process: the thread is let go only after main has returned.
std::promise<void> main_returned;

TEST(EndingThreadsDeathTest, AreWaitedForWhenTheProcessEnds) {
  const auto end_a_process = [] {
    const Flag ended = new_flag();
    EndingThreads::of_this_process().add(std::thread([ended, go = main_returned.get_future().share()] {
                                           go.wait();
                                           std::fputs("ended", stderr);
                                           *ended = true;
                                         }),
                                         ended);
    std::atexit([] { main_returned.set_value(); });
    std::exit(0);  // NOLINT(concurrency-mt-unsafe): the process is the test's own
  };

  EXPECT_EXIT(end_a_process(), testing::ExitedWithCode(0), "ended");
}

}  // namespace
}  // namespace sotto::signaling
