#include "base/machine.hpp"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace sotto {
namespace {

class ThreadWorker final : public Worker {
 public:
  ThreadWorker(const char* name, Work work) : work_(std::move(work)), thread_([this, name] { run(name); }) {}

  ~ThreadWorker() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }

 private:
  void run(const char* name) {
    pthread_setname_np(pthread_self(), name);
    std::optional<Timestamp> next;
    std::unique_lock lock(mutex_);
    for (;;) {
      const auto due = [this] { return woken_ || stopping_; };
      if (next) {
        changed_.wait_until(lock, *next, due);
      } else {
        changed_.wait(lock, due);
      }
      if (stopping_ && !woken_) return;
      woken_ = false;
      lock.unlock();
      next = work_(monotonic_now());
      lock.lock();
    }
  }

  const Work work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

class ThisMachine final : public Machine {
 public:
  Timestamp now() const override { return monotonic_now(); }
  std::unique_ptr<Worker> start_worker(const char* name, Worker::Work work) override {
    return std::make_unique<ThreadWorker>(name, std::move(work));
  }
};

}  // namespace

Machine& this_machine() {
  static ThisMachine machine;
  return machine;
}

}  // namespace sotto
