#include "tools/harness/sample_log.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace sotto::tools {

SampleLog::SampleLog(Duration interval, size_t most) : interval_(interval), most_(most) {
  SOTTO_ASSERT(most >= 2);
  samples_.reserve(most);
}

void SampleLog::add(const CallSample& sample) {
  if (samples_.size() == most_) {
    size_t kept = 0;
    for (size_t i = 0; i < samples_.size(); i += 2) samples_[kept++] = samples_[i];
    samples_.resize(kept);
    interval_ *= 2;
  }
  samples_.push_back(sample);
  const Timestamp time{Duration(sample.time_us)};
  // In step with the clock, not with the delays of whoever takes them.
  next_due_ = std::max(next_due_ + interval_, time + interval_ / 2);
}

}  // namespace sotto::tools
