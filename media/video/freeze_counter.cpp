#include "media/video/freeze_counter.hpp"

#include <algorithm>

namespace sotto::media {
namespace {

constexpr int kSmoothing = 30;  // pictures that the usual interval is an average of
constexpr Duration kNoticeable = 150ms;

}  // namespace

void FreezeCounter::on_shown(Timestamp now) {
  if (last_) {
    const Duration gap = now - *last_;
    if (usual_interval_ == Duration{}) usual_interval_ = gap;
    if (gap > std::max(3 * usual_interval_, usual_interval_ + kNoticeable)) {
      ++freezes_;
      frozen_time_ += gap;
    } else {
      usual_interval_ += (gap - usual_interval_) / kSmoothing;
    }
  }
  last_ = now;
}

}  // namespace sotto::media
