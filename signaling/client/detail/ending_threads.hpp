#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sotto::signaling {

/// Threads that end by themselves, but whose owner went away where it could not wait for them: within one of their
/// own callbacks. The process waits for them when it ends, because libraries take down at exit what they still use.
/// Any thread may call.
class EndingThreads {
 public:
  /// Those of this process.
  static EndingThreads& of_this_process();

  /// Takes `thread`, which sets `ended` as the last thing it does. Threads that have ended since are joined.
  void add(std::thread thread, std::shared_ptr<const std::atomic<bool>> ended);
  /// How many are held, with those that have ended since the last add().
  size_t size() const;

  EndingThreads() = default;
  /// Waits for all, save the thread that it is called on: one that ends the process from within a callback.
  ~EndingThreads();
  EndingThreads(const EndingThreads&) = delete;
  EndingThreads& operator=(const EndingThreads&) = delete;

 private:
  struct Ending {
    std::thread thread;
    std::shared_ptr<const std::atomic<bool>> ended;
  };

  mutable std::mutex mutex_;
  std::vector<Ending> threads_;
};

}  // namespace sotto::signaling
