#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/machine.hpp"

namespace sotto::engine {

/// Where the application's callbacks run, devices are opened and closed, and media threads are joined: everything that
/// may take its time or call back into the engine.
class EventThread {
 public:
  explicit EventThread(Machine& machine = this_machine());
  /// Runs what was posted before, then joins.
  ~EventThread() = default;
  EventThread(const EventThread&) = delete;
  EventThread& operator=(const EventThread&) = delete;

  /// Runs `task` soon, in order. Any thread.
  void post(std::function<void()> task);

 private:
  void run_posted();

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  std::vector<std::function<void()>> running_;  // event thread
  std::unique_ptr<Worker> worker_;              // last: it ends while the tasks are still there
};

}  // namespace sotto::engine
