#pragma once

#include <cstdint>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::tools {

/// When a microphone and a camera deliver, each on a grid that begins when it was started, so that no lateness adds up.
/// Reads no clock. One thread.
class CaptureSchedule {
 public:
  explicit CaptureSchedule(int fps) : fps_(fps) {}

  void start_audio(Timestamp now) { audio_start_ = now, next_block_ = 0; }
  void stop_audio() { audio_start_.reset(); }
  void start_video(Timestamp now) { video_start_ = now, next_frame_ = 0; }
  void stop_video() { video_start_.reset(); }

  /// When the next block or frame is due; nothing while both are stopped.
  std::optional<Timestamp> next_due() const;

  /// The number of the block of 10 ms that is complete now and was not taken yet. No block is left out: ask again
  /// until there is none. Block k is complete 10 ms after its first sample.
  std::optional<int64_t> take_block(Timestamp now);

  /// The number of the newest frame that is due and was not taken yet. Older ones are skipped, as by a camera.
  std::optional<int64_t> take_frame(Timestamp now);

 private:
  Timestamp block_due() const;
  Timestamp frame_due(int64_t frame) const;

  int fps_;
  std::optional<Timestamp> audio_start_;
  std::optional<Timestamp> video_start_;
  int64_t next_block_ = 0;
  int64_t next_frame_ = 0;
};

}  // namespace sotto::tools
