#include "engine/simulation/simulated_sources.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace sotto::simulation {
namespace {

constexpr Duration kBlock = 10ms;
constexpr Duration kPicture{33'333};
constexpr int64_t kBlocksOfSpeech = 200;  // then as many of silence
constexpr double kTone = 400;             // Hz: whole periods in a block
constexpr double kLoudness = 8000;
constexpr std::array<int16_t, kAudioBlockSamples> kSilence{};

/// The next moment that lies `phase` after a multiple of `interval`.
Timestamp next_tick(Timestamp now, Duration interval, Duration phase) {
  const Duration since = (now.time_since_epoch() - phase) % interval;
  return now + (interval - since);
}

}  // namespace

SimulatedMicrophone::SimulatedMicrophone(VirtualMachine& machine, Duration phase, BlockMaker hears)
    : machine_(machine), phase_(phase), hears_(std::move(hears)) {
  for (size_t i = 0; i < tone_.size(); ++i) {
    const double angle = 2 * std::numbers::pi * kTone * static_cast<double>(i) / kAudioSampleRate;
    tone_[i] = static_cast<int16_t>(kLoudness * std::sin(angle));
  }
}

SimulatedMicrophone::~SimulatedMicrophone() { stop(); }

void SimulatedMicrophone::start(std::function<void(AudioBlock, Timestamp)> on_block) {
  ++starts_;
  on_block_ = std::move(on_block);
  next_ = machine_.at(next_tick(machine_.now(), kBlock, phase_), [this] { hand_over(); });
}

void SimulatedMicrophone::stop() {
  if (next_) machine_.cancel(*std::exchange(next_, std::nullopt));
  on_block_ = nullptr;
}

void SimulatedMicrophone::hand_over() {
  next_ = machine_.after(kBlock, [this] { hand_over(); });
  const bool speaks = blocks_ / kBlocksOfSpeech % 2 == 0;
  const int64_t number = blocks_++;
  if (hears_) {
    std::array<int16_t, kAudioBlockSamples> block{};
    hears_(number, block);
    on_block_(block, machine_.now());
    return;
  }
  on_block_(speaks ? tone_ : kSilence, machine_.now());
}

SimulatedCamera::SimulatedCamera(VirtualMachine& machine, int width, int height, bool moving, Duration phase)
    : machine_(machine), width_(width), height_(height), moving_(moving), phase_(phase) {
  picture_ = draw();
}

SimulatedCamera::~SimulatedCamera() { stop(); }

void SimulatedCamera::start(std::function<void(VideoFrame)> on_frame) {
  ++starts_;
  on_frame_ = std::move(on_frame);
  next_ = machine_.at(next_tick(machine_.now(), kPicture, phase_), [this] { hand_over(); });
}

void SimulatedCamera::stop() {
  if (next_) machine_.cancel(*std::exchange(next_, std::nullopt));
  on_frame_ = nullptr;
}

void SimulatedCamera::hand_over() {
  next_ = machine_.after(kPicture, [this] { hand_over(); });
  if (moving_) picture_ = draw();
  ++pictures_;
  on_frame_({picture_, machine_.now()});
}

std::shared_ptr<const VideoBuffer> SimulatedCamera::draw() const {
  auto buffer = std::make_shared<VideoBuffer>(width_, height_);
  std::fill(buffer->bytes().begin(), buffer->bytes().end(), uint8_t{128});
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      buffer->y()[y * width_ + x] = static_cast<uint8_t>(16 + (x + y + 4 * static_cast<int>(pictures_)) * 2 % 220);
    }
  }
  return buffer;
}

}  // namespace sotto::simulation
