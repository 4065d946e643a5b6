#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <sotto/media_source.hpp>
#include <sotto/result.hpp>

#include "media/device/raw_sound_file.hpp"
#include "media/device/raw_video_file.hpp"
#include "tools/harness/capture_schedule.hpp"
#include "tools/harness/config.hpp"
#include "tools/harness/recorder.hpp"

namespace sotto::tools {

/// A microphone and a camera that play files, from one thread that sleeps until the next block or frame is due. It
/// runs only while the engine has started one of them. Any thread, unless said otherwise.
class Capture : public std::enable_shared_from_this<Capture> {
 public:
  /// Opens the files. `recorder` hears of each block and frame that is handed over, and must outlive the capture
  /// thread: until both sources are stopped and gone.
  static Result<std::shared_ptr<Capture>> open(const PeerConfig& config, Recorder& recorder);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  std::shared_ptr<AudioSource> microphone();
  /// Null without footage.
  std::shared_ptr<VideoSource> camera();

 private:
  class Microphone;
  class Camera;

  Capture(media::RawSoundFile sound, std::optional<media::RawVideoFile> footage, int64_t frames, int fps,
          Recorder& recorder);

  void start_audio(std::function<void(AudioBlock, Timestamp)> on_block);
  void stop_audio();
  void start_video(std::function<void(VideoFrame)> on_frame);
  void stop_video();

  void run();
  void deliver_block(int64_t number);
  void deliver_frame(int64_t number);

  // Only for the capture thread.
  media::RawSoundFile sound_;
  std::optional<media::RawVideoFile> footage_;
  const int64_t frames_;
  Recorder& recorder_;

  // Held while a callback runs, so that none runs after stop.
  std::mutex mutex_;
  std::condition_variable changed_;
  CaptureSchedule schedule_;
  std::function<void(AudioBlock, Timestamp)> on_block_;
  std::function<void(VideoFrame)> on_frame_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace sotto::tools
