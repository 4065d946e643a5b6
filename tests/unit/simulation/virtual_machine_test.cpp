#include "engine/simulation/virtual_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace sotto::simulation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(VirtualMachine, LetsEventsHappenInTheOrderOfTheirMomentsAndThenOfTheirPlanning) {
  VirtualMachine machine;
  const Timestamp start = machine.now();
  std::vector<int> happened;
  machine.at(start + 2s, [&] { happened.push_back(3); });
  machine.at(start + 1s, [&] { happened.push_back(1); });
  machine.at(start + 1s, [&] { happened.push_back(2); });
  machine.at(start + 5s, [&] { happened.push_back(4); });

  machine.run_until(start + 4s);

  EXPECT_THAT(happened, ElementsAre(1, 2, 3));
  EXPECT_EQ(machine.now(), start + 4s);
}

TEST(VirtualMachine, ForgetsAnEventThatWasTakenBack) {
  VirtualMachine machine;
  bool happened = false;
  machine.cancel(machine.after(1s, [&] { happened = true; }));
  machine.run_until(machine.now() + 2s);
  EXPECT_FALSE(happened);
}

TEST(VirtualMachine, IsAtTheMomentOfTheEventWhileItHappens) {
  VirtualMachine machine;
  const Timestamp start = machine.now();
  std::vector<Duration> moments;
  machine.after(3ms, [&] {
    moments.push_back(machine.now() - start);
    machine.at(start, [&] { moments.push_back(machine.now() - start); });  // has passed: now
  });
  machine.run_until(start + 1s);
  EXPECT_THAT(moments, ElementsAre(3ms, 3ms));
}

TEST(VirtualWorker, WorksOnceForWakeUpsBeforeItsTurnAndTakesItsTime) {
  VirtualMachine machine([](std::string_view) { return 5ms; });
  const Timestamp start = machine.now();
  std::vector<Duration> worked;
  const auto worker = machine.start_worker("any", [&](Timestamp now) -> std::optional<Timestamp> {
    worked.push_back(now - start);
    return std::nullopt;
  });
  worker->wake();
  worker->wake();
  machine.run_until(start + 1s);
  EXPECT_THAT(worked, ElementsAre(5ms));
}

TEST(VirtualWorker, WorksAgainAtTheMomentThatItNames) {
  VirtualMachine machine;
  const Timestamp start = machine.now();
  std::vector<Duration> worked;
  const auto worker = machine.start_worker("any", [&](Timestamp now) -> std::optional<Timestamp> {
    worked.push_back(now - start);
    return worked.size() < 3 ? std::optional(now + 10ms) : std::nullopt;
  });
  worker->wake();
  machine.run_until(start + 1s);
  EXPECT_THAT(worked, ElementsAre(0ms, 10ms, 20ms));
}

TEST(VirtualWorker, DoesNotForgetAWakeUpWhenItEndsAndLeavesNothingBehind) {
  VirtualMachine machine;
  std::vector<int> worked;
  auto worker = machine.start_worker("any", [&](Timestamp now) -> std::optional<Timestamp> {
    worked.push_back(1);
    return now + 1s;
  });
  worker->wake();
  worker.reset();
  EXPECT_THAT(worked, ElementsAre(1));
  EXPECT_EQ(machine.pending(), 0u);
}

}  // namespace
}  // namespace sotto::simulation
