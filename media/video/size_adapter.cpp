#include "media/video/size_adapter.hpp"

#include <algorithm>
#include <iterator>

namespace sotto::media {
namespace {

constexpr size_t kStepCount = std::size(SizeAdapter::kSteps);

// Bits a second for each pixel of a picture. Measured with libvpx 1.12 at 30 pictures a second: at 210 kbit/s both a
// talking head and a street look best at 640x360, at 820 kbit/s the street does at 1280x720, and the head loses
// nothing.
constexpr double kLeastBitsPerPixel = 0.48;

// A size is only grown to with this much more than its least rate.
constexpr double kMargin = 1.25;

// No picture is made smaller than this, the shorter side in pixels.
constexpr int kShortestSide = 90;

// The quantizer is 0 to 56 (see Vp8EncoderSettings). From kCoarse on pictures look washed out; up to kFine the encoder
// has bits to spare.
constexpr double kCoarse = 50;
constexpr double kFine = 42;
constexpr double kManySkipped = 0.2;

// How many pictures show that a size does not do: some where the rate says the same, a second of them otherwise.
constexpr int kFewPictures = 6;
constexpr int kManyPictures = 30;
constexpr double kWeight = 1.0 / 6;  // of the newest in the recent means

// In the first second the estimate still climbs from its start: the size waits for it.
constexpr Duration kSettling = 1s;
// Pictures are coarse for longer: they become fine only after the rate has come.
constexpr Duration kPictureSettling = 2500ms;
constexpr Duration kLeastInterval = 5s;
// When the rate collapses, so does the estimate for a moment: it comes back to more than it fell to, and so may the
// size, sooner.
constexpr double kReboundFactor = 1.3;
constexpr Duration kReboundInterval = 2s;
constexpr Duration kPatience = 1500ms;
constexpr Duration kLongestPatience = 24s;
// With so much more than a size needs, what went wrong before says nothing.
constexpr double kPlenty = 2;
// Growing that is taken back within this time was a mistake.
constexpr Duration kRegret = 10s;

int part_of(int length, int eighths) { return std::max(2, length * eighths / 8 / 2 * 2); }

}  // namespace

DataRate SizeAdapter::least_rate(PictureSize size) {
  return DataRate::bps(static_cast<int64_t>(kLeastBitsPerPixel * size.pixels()));
}

PictureSize SizeAdapter::choose(PictureSize captured, DataRate target, Timestamp now) {
  if (captured != captured_) {
    *this = SizeAdapter();
    captured_ = captured;
    started_ = now;
    patience_ = kPatience;
    // Half of what it needs will do for a start: most links carry more than the first estimate says.
    step_ = step_for(target * 2.0);
    return at(step_);
  }
  if (const size_t carried = step_for(target); carried > step_) {
    could_grow_.reset();
    fall(carried, target, now);
  } else if (now - started_ >= kPictureSettling && rested(now) && seen_ >= kManyPictures && starved() &&
             exists(step_ + 1)) {
    change(step_ + 1, now);
  } else {
    grow(target, now);
  }
  return at(step_);
}

void SizeAdapter::fall(size_t carried, DataRate target, Timestamp now) {
  if (now - started_ < kSettling) return;
  if (target * 2.0 < least_rate(at(step_))) {
    change(std::max(step_for(target * kReboundFactor), step_), now);
    collapsed_ = true;
  } else if (seen_ >= kFewPictures && starved()) {
    change(carried, now);
  }
}

void SizeAdapter::grow(DataRate target, Timestamp now) {
  const size_t larger = std::min(step_, step_for(target * (1 / kMargin)));
  if (larger == step_ || quantizer_ > kFine || skipped_ >= kManySkipped || seen_ < kFewPictures) {
    could_grow_.reset();
    return;
  }
  if (!could_grow_) could_grow_ = now;
  const Duration patience = target > least_rate(at(larger)) * kPlenty ? kPatience : patience_;
  const bool may_change = rested(now) || (collapsed_ && now - *changed_ >= kReboundInterval);
  if (now - *could_grow_ >= patience && may_change) change(larger, now);
}

/// Near its start a size that fell for the sake of a first estimate may come back without a rest.
bool SizeAdapter::rested(Timestamp now) const {
  return !changed_ || now - *changed_ >= kLeastInterval || now - started_ < kLeastInterval;
}

void SizeAdapter::on_encoded(int quantizer) {
  quantizer_ += (quantizer - quantizer_) * (seen_ == 0 ? 1 : kWeight);
  skipped_ -= skipped_ * kWeight;
  ++seen_;
}

void SizeAdapter::on_skipped() {
  skipped_ += (1 - skipped_) * kWeight;
  ++seen_;
}

PictureSize SizeAdapter::at(size_t step) const {
  if (step == 0) return captured_;
  return {part_of(captured_.width, kSteps[step]), part_of(captured_.height, kSteps[step])};
}

bool SizeAdapter::exists(size_t step) const {
  if (step == 0 || step >= kStepCount) return step == 0;
  const PictureSize size = at(step);
  return std::min(size.width, size.height) >= kShortestSide;
}

size_t SizeAdapter::step_for(DataRate target) const {
  size_t step = 0;
  while (target < least_rate(at(step)) && exists(step + 1)) ++step;
  return step;
}

bool SizeAdapter::starved() const { return quantizer_ >= kCoarse || skipped_ >= kManySkipped; }

void SizeAdapter::change(size_t step, Timestamp now) {
  if (step < step_) {
    grown_ = now;
  } else if (grown_ && now - *grown_ < kRegret) {
    patience_ = std::min(patience_ * 2, kLongestPatience);
  } else {
    patience_ = kPatience;
  }
  step_ = step;
  collapsed_ = false;
  changed_ = now;
  could_grow_.reset();
  quantizer_ = skipped_ = 0;
  seen_ = 0;
}

}  // namespace sotto::media
