#include "tools/harness/capture.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "media/device/frame_stamp.hpp"
#include "tools/harness/precise_thread.hpp"

namespace sotto::tools {

class Capture::Microphone final : public AudioSource {
 public:
  explicit Microphone(std::shared_ptr<Capture> capture) : capture_(std::move(capture)) {}
  void start(std::function<void(AudioBlock, Timestamp)> on_block) override {
    capture_->start_audio(std::move(on_block));
  }
  void stop() override { capture_->stop_audio(); }

 private:
  std::shared_ptr<Capture> capture_;
};

class Capture::Camera final : public VideoSource {
 public:
  explicit Camera(std::shared_ptr<Capture> capture) : capture_(std::move(capture)) {}
  void start(std::function<void(VideoFrame)> on_frame) override { capture_->start_video(std::move(on_frame)); }
  void stop() override { capture_->stop_video(); }

 private:
  std::shared_ptr<Capture> capture_;
};

Result<std::shared_ptr<Capture>> Capture::open(const PeerConfig& config, Recorder& recorder) {
  Result<media::RawSoundFile> sound = media::RawSoundFile::open(config.audio_file);
  if (!sound.ok()) return sound.error();
  std::optional<media::RawVideoFile> footage;
  int64_t frames = 0;
  int fps = 1;
  if (config.video) {
    Result<media::RawVideoFile> opened =
        media::RawVideoFile::open(config.video->file, config.video->width, config.video->height);
    if (!opened.ok()) return opened.error();
    footage = std::move(opened).value();
    frames = config.video->frames;
    fps = config.video->fps;
    if (frames > footage->frames()) {
      return Error{ErrorCode::kInvalidArgument, config.video->file + " holds " + std::to_string(footage->frames()) +
                                                    " frames, fewer than the " + std::to_string(frames) +
                                                    " that the configuration names"};
    }
  }
  return std::shared_ptr<Capture>(new Capture(std::move(sound).value(), std::move(footage), frames, fps, recorder));
}

Capture::Capture(media::RawSoundFile sound, std::optional<media::RawVideoFile> footage, int64_t frames, int fps,
                 Recorder& recorder)
    : sound_(std::move(sound)),
      footage_(std::move(footage)),
      frames_(frames),
      recorder_(recorder),
      schedule_(fps),
      thread_([this] { run(); }) {}

Capture::~Capture() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::shared_ptr<AudioSource> Capture::microphone() { return std::make_shared<Microphone>(shared_from_this()); }

std::shared_ptr<VideoSource> Capture::camera() {
  if (!footage_) return nullptr;
  return std::make_shared<Camera>(shared_from_this());
}

void Capture::start_audio(std::function<void(AudioBlock, Timestamp)> on_block) {
  const std::lock_guard lock(mutex_);
  on_block_ = std::move(on_block);
  schedule_.start_audio(monotonic_now());
  changed_.notify_one();
}

void Capture::stop_audio() {
  const std::lock_guard lock(mutex_);
  schedule_.stop_audio();
  on_block_ = nullptr;
}

void Capture::start_video(std::function<void(VideoFrame)> on_frame) {
  const std::lock_guard lock(mutex_);
  on_frame_ = std::move(on_frame);
  schedule_.start_video(monotonic_now());
  changed_.notify_one();
}

void Capture::stop_video() {
  const std::lock_guard lock(mutex_);
  schedule_.stop_video();
  on_frame_ = nullptr;
}

void Capture::run() {
  make_thread_precise();
  std::unique_lock lock(mutex_);
  while (!closing_) {
    // Sound first: a late block is heard, a late frame is not seen.
    while (const std::optional<int64_t> block = schedule_.take_block(monotonic_now())) deliver_block(*block);
    if (const std::optional<int64_t> frame = schedule_.take_frame(monotonic_now())) {
      deliver_frame(*frame);
      continue;
    }
    if (const std::optional<Timestamp> due = schedule_.next_due()) {
      changed_.wait_until(lock, *due);
    } else {
      changed_.wait(lock);
    }
  }
}

void Capture::deliver_block(int64_t number) {
  std::array<int16_t, kAudioBlockSamples> block;
  const Result<void> read = sound_.read_block(number, block);
  if (!read.ok()) {
    std::fprintf(stderr, "sotto: %s\n", read.error().message.c_str());
    block.fill(0);
  }
  const Timestamp now = monotonic_now();
  recorder_.sent_block(now);
  on_block_(block, now);
}

void Capture::deliver_frame(int64_t number) {
  Result<std::shared_ptr<VideoBuffer>> picture = footage_->frame(media::ping_pong_index(number, frames_));
  if (!picture.ok()) {
    std::fprintf(stderr, "sotto: %s\n", picture.error().message.c_str());
    return;
  }
  media::stamp_frame(**picture, static_cast<uint16_t>(number & 0xffff));
  const Timestamp now = monotonic_now();
  recorder_.sent_frame(number, now);
  on_frame_({std::move(picture).value(), now});
}

}  // namespace sotto::tools
