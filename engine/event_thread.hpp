#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace sotto::engine {

/// Where the application's callbacks run, devices are opened and closed, and media threads are joined: everything that
/// may take its time or call back into the engine.
class EventThread {
 public:
  EventThread();
  /// Runs what was posted before, then joins.
  ~EventThread();
  EventThread(const EventThread&) = delete;
  EventThread& operator=(const EventThread&) = delete;

  /// Runs `task` soon, in order. Any thread.
  void post(std::function<void()> task);

 private:
  void loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sotto::engine
