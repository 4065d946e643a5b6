#include "tools/demo/demo_media.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include <sotto/audio_format.hpp>
#include <sotto/video_frame.hpp>

#include "media/device/raw_sound_file.hpp"
#include "media/device/test_picture.hpp"
#include "media/device/test_sound.hpp"
#include "tools/media_file/media_file.hpp"

namespace sotto::tools {
namespace {

constexpr int kFramesPerSecond = 30;
constexpr int kMaxFrames = 300;  // 415 MB of 1280x720; played forwards and backwards in turn
constexpr int kTestFrames = 150;
constexpr int kMaxSoundSeconds = 120;
constexpr int kProgressFrames = 60;

using OnProgress = std::function<void(const std::string&)>;

/// Appends pictures to a file.
class PictureFile {
 public:
  static Result<PictureFile> create(const std::string& path) {
    std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "wb"));
    if (!file) return Error{ErrorCode::kUnavailable, "cannot write " + path + ": " + std::strerror(errno)};
    return PictureFile(std::move(file), path);
  }

  void write(ByteView picture) {
    failed_ |= std::fwrite(picture.data(), 1, picture.size(), file_.get()) != picture.size();
    ++count_;
  }
  int count() const { return count_; }
  bool failed() const { return failed_; }

  Result<void> close() {
    failed_ |= std::fclose(file_.release()) != 0;
    if (failed_) return Error{ErrorCode::kUnavailable, "cannot write " + path_ + ": is the disk full?"};
    return {};
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  PictureFile(std::unique_ptr<std::FILE, Close> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  std::unique_ptr<std::FILE, Close> file_;
  std::string path_;
  int count_ = 0;
  bool failed_ = false;
};

Result<void> decode_pictures(const MediaFile& decoder, const DemoMediaRequest& request, PictureFile& file,
                             const OnProgress& on_progress) {
  const int wanted = std::min(kMaxFrames, request.seconds * kFramesPerSecond);
  return decoder.decode_video(request.video, request.width, request.height, kFramesPerSecond, [&](ByteView picture) {
    file.write(picture);
    if (file.count() % kProgressFrames == 0) {
      on_progress("picture " + std::to_string(file.count()) + " of " + std::to_string(wanted));
    }
    return file.count() < wanted && !file.failed();
  });
}

void make_pictures(const DemoMediaRequest& request, PictureFile& file) {
  media::TestPicture pictures(request.width, request.height, request.seed);
  for (uint32_t number = 0; number < kTestFrames && !file.failed(); ++number) {
    file.write(pictures.frame(number)->bytes());
  }
}

Result<void> decode_sound(const MediaFile& decoder, const DemoMediaRequest& request, media::RawSoundWriter& file) {
  const size_t wanted = static_cast<size_t>(std::min(kMaxSoundSeconds, request.seconds + 5)) * kAudioSampleRate;
  size_t count = 0;
  std::optional<Error> failed;
  const Result<void> decoded = decoder.decode_audio(request.audio, [&](std::span<const int16_t> samples) {
    if (const Result<void> written = file.write(samples); !written.ok()) failed = written.error();
    count += samples.size();
    return count < wanted && !failed;
  });
  if (failed) return *failed;
  return decoded;
}

Result<void> make_sound(const DemoMediaRequest& request, media::RawSoundWriter& file) {
  media::TestSpeech speech(request.seed);
  std::array<int16_t, kAudioBlockSamples> block;
  for (int count = 0; count < std::min(kMaxSoundSeconds, request.seconds + 5) * 100; ++count) {
    speech.next(block);
    if (Result<void> written = file.write(block); !written.ok()) return written;
  }
  return {};
}

}  // namespace

Result<DemoMedia> prepare_media(const DemoMediaRequest& request, const OnProgress& on_progress) {
  std::optional<MediaFile> decoder;
  if (!request.video.empty() || !request.audio.empty()) {
    Result<MediaFile> loaded = MediaFile::load();
    if (!loaded.ok()) return loaded.error();
    decoder = std::move(loaded).value();
  }
  DemoMedia media;
  media.footage = {.file = request.folder + "/footage.i420",
                   .width = request.width,
                   .height = request.height,
                   .fps = kFramesPerSecond,
                   .frames = 0};
  media.audio_file = request.folder + "/sound.s16";

  Result<PictureFile> pictures = PictureFile::create(media.footage.file);
  if (!pictures.ok()) return pictures.error();
  if (request.video.empty()) {
    make_pictures(request, *pictures);
  } else if (const Result<void> made = decode_pictures(*decoder, request, *pictures, on_progress); !made.ok()) {
    return made.error();
  }
  media.footage.frames = pictures->count();
  if (const Result<void> closed = pictures->close(); !closed.ok()) return closed.error();

  Result<media::RawSoundWriter> sound = media::RawSoundWriter::create(media.audio_file);
  if (!sound.ok()) return sound.error();
  const Result<void> made =
      request.audio.empty() ? make_sound(request, *sound) : decode_sound(*decoder, request, *sound);
  if (!made.ok()) return made.error();
  if (const Result<void> closed = sound->close(); !closed.ok()) return closed.error();
  return media;
}

}  // namespace sotto::tools
