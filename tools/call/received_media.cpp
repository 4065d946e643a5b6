#include "tools/call/received_media.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace sotto::tools {

/// Writes pictures in the YUV4MPEG2 form, a file for each size. Decode thread; the engine may hold it for longer than
/// the call is watched.
class ReceivedMedia::Pictures {
 public:
  explicit Pictures(const Options& options)
      : folder_(options.record), echo_(options.echo), reporter_(options.reporter) {}

  void show(const VideoFrame& frame) {
    if (echo_) echo_->seen(frame, monotonic_now());
    if (reporter_) reporter_->saw(frame);
    if (folder_.empty()) return;
    const std::lock_guard lock(mutex_);
    if (!file_ || frame.width() != width_ || frame.height() != height_) open(frame.width(), frame.height());
    if (!file_) return;
    const auto bytes = frame.buffer->bytes();
    if (std::fputs("FRAME\n", file_.get()) < 0 ||
        std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
      fail();
    }
  }

  std::optional<Error> take_error() {
    const std::lock_guard lock(mutex_);
    return std::exchange(error_, std::nullopt);
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void open(int width, int height) {
    width_ = width, height_ = height;
    const std::string name = "picture-" + std::to_string(width) + "x" + std::to_string(height) + ".y4m";
    const std::string path = (std::filesystem::path(folder_) / name).string();
    const bool fresh = !std::filesystem::exists(path);
    file_.reset(std::fopen(path.c_str(), "ae"));
    if (!file_ ||
        (fresh && std::fprintf(file_.get(), "YUV4MPEG2 W%d H%d F30:1 Ip A1:1 C420jpeg\n", width, height) < 0)) {
      fail();
    }
  }

  void fail() {
    error_ = Error{ErrorCode::kUnavailable, "cannot record pictures in " + folder_ + ": " + std::strerror(errno)};
    file_.reset();
    folder_.clear();
  }

  std::mutex mutex_;
  std::string folder_;
  const std::shared_ptr<Echo> echo_;
  const std::shared_ptr<CallReporter> reporter_;
  std::unique_ptr<std::FILE, Close> file_;
  int width_ = 0;
  int height_ = 0;
  std::optional<Error> error_;
};

Result<std::unique_ptr<ReceivedMedia>> ReceivedMedia::begin(std::shared_ptr<Call> call, Options options) {
  std::optional<media::RawSoundWriter> sound;
  if (!options.record.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(options.record, failed);
    auto writer = media::RawSoundWriter::create((std::filesystem::path(options.record) / "sound.s16").string());
    if (!writer) return writer.error();
    sound = std::move(*writer);
  }
  return std::unique_ptr<ReceivedMedia>(new ReceivedMedia(std::move(call), std::move(options), std::move(sound)));
}

ReceivedMedia::ReceivedMedia(std::shared_ptr<Call> call, Options options, std::optional<media::RawSoundWriter> sound)
    : call_(std::move(call)),
      options_(std::move(options)),
      sound_(std::move(sound)),
      pictures_(std::make_shared<Pictures>(options_)) {
  call_->on_video([pictures = pictures_](const VideoFrame& frame) { pictures->show(frame); });
  playout_.emplace([this](std::span<int16_t, kAudioBlockSamples> block) {
    call_->play(block);
    if (options_.echo) options_.echo->heard(block, monotonic_now());
    if (options_.reporter) options_.reporter->heard(block);
    if (!sound_) return;
    if (const Result<void> written = sound_->write(block); !written) {
      const std::lock_guard lock(mutex_);
      error_ = written.error();
      sound_.reset();
    }
  });
}

ReceivedMedia::~ReceivedMedia() { playout_.reset(); }

std::optional<Error> ReceivedMedia::take_error() {
  if (auto error = pictures_->take_error()) return error;
  const std::lock_guard lock(mutex_);
  return std::exchange(error_, std::nullopt);
}

}  // namespace sotto::tools
