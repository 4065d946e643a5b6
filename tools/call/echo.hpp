#pragma once

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <span>

#include <sotto/media_source.hpp>
#include <sotto/time.hpp>

namespace sotto::tools {

/// Says and shows again what it hears and sees, a moment later, so that one person can try a call alone. Any thread.
class Echo {
 public:
  /// Late enough to tell it from what is said, soon enough to be heard as an answer.
  static constexpr Duration kDelay = 300ms;

  std::shared_ptr<AudioSource> microphone() const { return microphone_; }
  std::shared_ptr<VideoSource> camera() const { return camera_; }

  /// Sound that was played, 10 ms at a time: the clock of what is said again.
  void heard(std::span<const int16_t, kAudioBlockSamples> block, Timestamp now);
  /// A picture that was shown.
  void seen(const VideoFrame& frame, Timestamp now);

 private:
  struct Shown {
    VideoFrame frame;
    Timestamp at{};
  };
  const std::shared_ptr<PushAudioSource> microphone_ = std::make_shared<PushAudioSource>();
  const std::shared_ptr<PushVideoSource> camera_ = std::make_shared<PushVideoSource>();
  std::mutex mutex_;
  std::deque<std::array<int16_t, kAudioBlockSamples>> blocks_;
  std::deque<Shown> frames_;
};

}  // namespace sotto::tools
