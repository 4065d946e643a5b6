#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <sotto/audio_format.hpp>
#include <sotto/result.hpp>
#include <sotto/time.hpp>

namespace sotto::tools {

/// Keeps what a peer sent and received, and when, in memory until the call is over: nothing is written while it runs.
/// Any thread.
class Recorder {
 public:
  Recorder();

  void sent_block(Timestamp time);
  void sent_frame(int64_t number, Timestamp time);
  void played_block(std::span<const int16_t, kAudioBlockSamples> block, Timestamp time);
  /// `number` is -1 for a frame that cannot be read.
  void shown_frame(int64_t number, Timestamp time, int width, int height);

  /// Frames that could not be read so far.
  int64_t unreadable_frames() const;

  /// Writes sent_audio.csv, sent_video.csv, recv_audio.csv, recv_audio.s16 and recv_video.csv into `folder`.
  Result<void> write(const std::string& folder) const;

 private:
  struct SentFrame {
    int64_t number;
    Timestamp time;
  };
  struct ShownFrame {
    int64_t number;
    Timestamp time;
    int width;
    int height;
  };

  mutable std::mutex mutex_;
  std::vector<Timestamp> sent_blocks_;
  std::vector<SentFrame> sent_frames_;
  std::vector<Timestamp> played_blocks_;
  std::vector<int16_t> played_samples_;
  std::vector<ShownFrame> shown_frames_;
  int64_t unreadable_ = 0;
};

}  // namespace sotto::tools
