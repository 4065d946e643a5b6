#include "tools/harness/call_sampler.hpp"

#include <utility>

namespace sotto::tools {
namespace {

constexpr Duration kInterval = 100ms;
constexpr size_t kMostSamples = 6000;  // 1.6 MB

}  // namespace

CallSampler::CallSampler(std::function<CallStatistics()> ask)
    : ask_(std::move(ask)), log_(kInterval, kMostSamples), thread_([this] { run(); }) {}

CallSampler::~CallSampler() { (void)stop(); }

std::vector<CallSample> CallSampler::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  return log_.samples();
}

void CallSampler::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    const CallStatistics statistics = ask_();
    log_.add(sample_of(statistics, monotonic_now()));
    lock.lock();
  } while (!wake_.wait_until(lock, log_.next_due(), [this] { return stopping_; }));
}

}  // namespace sotto::tools
