#include "tools/report/picture_log.hpp"

#include <algorithm>
#include <utility>

namespace sotto::tools {
namespace {

constexpr size_t kMostKept = 8;  // 11 MB at 1280x720

}  // namespace

void PictureLog::add(const VideoBuffer& picture, double seconds) {
  if (seconds < next_due_) return;
  if (kept_.size() == kMostKept) {
    size_t left = 0;
    for (size_t i = 0; i < kept_.size(); i += 2) std::swap(kept_[left++], kept_[i]);
    kept_.resize(left);
    interval_ *= 2;
  }
  auto copy = std::make_shared<VideoBuffer>(picture.width(), picture.height());
  std::copy(picture.bytes().begin(), picture.bytes().end(), copy->bytes().begin());
  kept_.push_back({seconds, std::move(copy)});
  next_due_ = std::max(next_due_ + interval_, seconds + interval_ / 2);
}

std::vector<PictureLog::Kept> PictureLog::some(size_t count) const {
  count = std::min(count, kept_.size());
  std::vector<Kept> some;
  for (size_t i = 0; i < count; ++i) some.push_back(kept_[(2 * i + 1) * kept_.size() / (2 * count)]);
  return some;
}

}  // namespace sotto::tools
