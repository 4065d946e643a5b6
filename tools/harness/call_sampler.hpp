#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <sotto/statistics.hpp>

#include "tools/harness/sample_log.hpp"

namespace sotto::tools {

/// Asks for the statistics of a call ten times a second, and less often in calls of more than ten minutes, from a
/// thread of its own: nothing that plays or sends waits for it.
class CallSampler {
 public:
  /// `ask` is called on the thread. Takes the first sample at once.
  explicit CallSampler(std::function<CallStatistics()> ask);
  ~CallSampler();
  CallSampler(const CallSampler&) = delete;
  CallSampler& operator=(const CallSampler&) = delete;

  /// Ends it, and returns all that was sampled. Not from `ask`.
  std::vector<CallSample> stop();

 private:
  void run();

  const std::function<CallStatistics()> ask_;
  SampleLog log_;  // the thread, until it is joined
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sotto::tools
