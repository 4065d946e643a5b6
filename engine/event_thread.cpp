#include "engine/event_thread.hpp"

#include <pthread.h>

#include <utility>

namespace sotto::engine {

EventThread::EventThread() : thread_([this] { loop(); }) {}

EventThread::~EventThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void EventThread::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void EventThread::loop() {
  pthread_setname_np(pthread_self(), "sotto-events");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it held is released without the lock
    lock.lock();
  }
}

}  // namespace sotto::engine
