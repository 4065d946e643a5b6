#include "engine/simulation/model_encoder.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::simulation {
namespace {

constexpr double kPicturesPerSecond = 30;
constexpr double kKeyFrame = 6;  // times the size of a picture at the target: 200 ms of it, as sotto bounds it
constexpr double kLeastKeyFrame = 5000;
constexpr double kLeastPicture = 300;
constexpr double kRepaid = 0.15;       // of the debt, with each picture
constexpr double kDropSeconds = 0.35;  // of the target, in debt
constexpr double kMostSavedSeconds = 0.1;
constexpr Duration kBetweenKeyFrames = 300ms;

}  // namespace

std::optional<size_t> ModelEncoder::encode(Timestamp now) {
  if (target_ == DataRate()) return std::nullopt;
  const double bytes_per_second = static_cast<double>(target_.bps()) / 8;
  const double share = bytes_per_second / kPicturesPerSecond;
  const bool key_frame = key_frame_ && (!last_key_frame_ || now - *last_key_frame_ >= kBetweenKeyFrames);
  if (!key_frame && debt_ > bytes_per_second * kDropSeconds) {
    debt_ -= share;
    return std::nullopt;
  }
  double size = std::max(share - debt_ * kRepaid, share / 4) * variation();
  if (key_frame) size = std::max(share * kKeyFrame, kLeastKeyFrame);
  size = std::max(size, kLeastPicture);
  debt_ = std::max(debt_ + size - share, -bytes_per_second * kMostSavedSeconds);
  if (key_frame) {
    key_frame_ = false;
    last_key_frame_ = now;
    ++key_frames_;
  }
  return static_cast<size_t>(size);
}

double ModelEncoder::variation() {
  // The sum of four is near enough to normal; of standard deviation 0.25.
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<double>(random_.u32()) / 4294967296.0 - 0.5;
  return std::exp(0.25 * sum * std::sqrt(3.0));
}

}  // namespace sotto::simulation
