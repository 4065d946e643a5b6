#pragma once

#include <cstddef>
#include <vector>

#include <sotto/time.hpp>

#include "tools/harness/call_sample.hpp"

namespace sotto::tools {

/// Samples of a call of any length in bounded memory: when it is full, every other one goes, and those to come are
/// taken half as often. One thread.
class SampleLog {
 public:
  /// Begins with one each `interval`.
  SampleLog(Duration interval, size_t most);

  /// When the next one should be taken; at once if there is none yet.
  Timestamp next_due() const { return next_due_; }
  /// Takes one, in time order.
  void add(const CallSample& sample);
  const std::vector<CallSample>& samples() const { return samples_; }

 private:
  Duration interval_;
  const size_t most_;
  Timestamp next_due_{};
  std::vector<CallSample> samples_;
};

}  // namespace sotto::tools
