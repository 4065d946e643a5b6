#include "base/machine.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace sotto {
namespace {

TEST(Worker, WorksWhenItIsWoken) {
  std::promise<void> worked;
  const auto worker = this_machine().start_worker("test", [&](Timestamp) -> std::optional<Timestamp> {
    worked.set_value();
    return std::nullopt;
  });
  worker->wake();
  worked.get_future().get();
}

TEST(Worker, WorksAgainAtTheMomentThatItNames) {
  std::promise<Timestamp> again;
  std::optional<Timestamp> named;
  const auto worker = this_machine().start_worker("test", [&](Timestamp now) -> std::optional<Timestamp> {
    if (!named) return named = now + 3ms;
    again.set_value(now);
    return std::nullopt;
  });
  worker->wake();
  const Timestamp when = again.get_future().get();
  EXPECT_GE(when, *named);
}

TEST(Worker, DoesNotForgetAWakeUpWhenItEnds) {
  int worked = 0;
  {
    const auto worker = this_machine().start_worker("test", [&](Timestamp) -> std::optional<Timestamp> {
      ++worked;
      return std::nullopt;
    });
    worker->wake();
  }
  EXPECT_EQ(worked, 1);
}

TEST(Worker, WokenFromManyThreadsSeesAllThatTheyDid) {
  std::atomic<int> given = 0;
  int seen = 0;
  {
    const auto worker = this_machine().start_worker("test", [&](Timestamp) -> std::optional<Timestamp> {
      seen = given;
      return std::nullopt;
    });
    std::vector<std::thread> givers;
    for (int i = 0; i < 4; ++i) {
      givers.emplace_back([&] {
        for (int k = 0; k < 1000; ++k) {
          ++given;
          worker->wake();
        }
      });
    }
    for (std::thread& giver : givers) giver.join();
  }
  EXPECT_EQ(seen, 4000);
}

}  // namespace
}  // namespace sotto
