#include "engine/event_thread.hpp"

#include <utility>

namespace sotto::engine {

EventThread::EventThread(Machine& machine)
    : worker_(machine.start_worker("sotto-events", [this](Timestamp) -> std::optional<Timestamp> {
        run_posted();
        return std::nullopt;
      })) {}

void EventThread::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  worker_->wake();
}

void EventThread::run_posted() {
  {
    const std::lock_guard lock(mutex_);
    running_.swap(posted_);
  }
  for (auto& task : running_) {
    task();
    task = nullptr;  // what it held goes before the next one runs
  }
  running_.clear();
}

}  // namespace sotto::engine
