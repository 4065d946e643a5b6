#include "signaling/client/detail/ending_threads.hpp"

#include <utility>

namespace sotto::signaling {

// Made when the first thread comes, thus after the libraries which that thread uses: what is made last goes first.
EndingThreads& EndingThreads::of_this_process() {
  static EndingThreads threads;
  return threads;
}

void EndingThreads::add(std::thread thread, std::shared_ptr<const std::atomic<bool>> ended) {
  const std::lock_guard lock(mutex_);
  std::erase_if(threads_, [](Ending& ending) {
    if (!*ending.ended) return false;
    ending.thread.join();
    return true;
  });
  threads_.push_back({std::move(thread), std::move(ended)});
}

size_t EndingThreads::size() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

EndingThreads::~EndingThreads() {
  for (Ending& ending : threads_) {
    if (ending.thread.get_id() == std::this_thread::get_id()) {
      ending.thread.detach();
    } else {
      ending.thread.join();
    }
  }
}

}  // namespace sotto::signaling
