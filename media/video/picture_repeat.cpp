#include "media/video/picture_repeat.hpp"

namespace sotto::media {
namespace {

// A source that is alive gives a better picture within this time: three at 30 a second.
constexpr Duration kPatience = 100ms;

// A repeated picture is dated back by so much, or the source's next one, captured with less delay, could be older than
// it and be refused.
constexpr Duration kBackdating = kPatience / 2;

}  // namespace

void PictureRepeat::on_picture(Timestamp captured, Timestamp now) {
  last_ = Picture{captured, now};
  due_.reset();
}

void PictureRepeat::on_key_frame_wanted(Timestamp now) {
  if (last_ && !due_) due_ = now + kPatience;
}

std::optional<Timestamp> PictureRepeat::take(Timestamp now) {
  if (!due_ || now < *due_) return std::nullopt;
  due_.reset();
  return last_->captured + (now - last_->since) - kBackdating;
}

}  // namespace sotto::media
