#include "tools/call/media_feed.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "media/device/raw_video_file.hpp"
#include "media/device/test_picture.hpp"
#include "media/device/test_sound.hpp"
#include "media/device/video_buffer_pool.hpp"
#include "tools/media_file/media_file.hpp"

namespace sotto::tools {
namespace {

constexpr int kFps = 30;
constexpr size_t kMaxSeconds = 60;
// Decoded pictures are kept in memory up to this size: 10 s at 640x360.
constexpr size_t kMaxPictureBytes = 128u << 20;

class Feed final : public MediaFeed {
 public:
  explicit Feed(const MediaFeedRequest& request)
      : pictures_(request.width, request.height, request.seed), speech_(request.seed) {}

  Result<void> load(const MediaFeedRequest& request) {
    if (request.video.empty() && request.audio.empty()) return {};
    const Result<MediaFile> files = MediaFile::load();
    if (!files) return files.error();
    if (!request.video.empty()) {
      const Result<void> decoded = load_video(*files, request);
      if (!decoded) return decoded;
    }
    return request.audio.empty() ? Result<void>() : load_audio(*files, request);
  }

  void next_block(std::span<int16_t, kAudioBlockSamples> block) override {
    if (samples_.empty()) return speech_.next(block);
    for (int16_t& sample : block) {
      sample = samples_[next_sample_];
      next_sample_ = (next_sample_ + 1) % samples_.size();
    }
  }

  std::shared_ptr<const VideoBuffer> frame(int64_t number) override {
    if (footage_.empty()) return pictures_.frame(static_cast<uint32_t>(number));
    return footage_[static_cast<size_t>(media::ping_pong_index(number, static_cast<int64_t>(footage_.size())))];
  }

 private:
  Result<void> load_video(const MediaFile& files, const MediaFeedRequest& request) {
    const size_t size = VideoBuffer::byte_size(request.width, request.height);
    const size_t most = std::clamp<size_t>(kMaxPictureBytes / size, 1, kMaxSeconds * kFps);
    const auto decoded = files.decode_video(request.video, request.width, request.height, kFps, [&](ByteView i420) {
      auto picture = std::make_shared<VideoBuffer>(request.width, request.height);
      std::copy_n(i420.begin(), std::min(i420.size(), size), picture->bytes().begin());
      footage_.push_back(std::move(picture));
      return footage_.size() < most;
    });
    if (!decoded) return decoded.error();
    if (footage_.empty()) return Error{ErrorCode::kUnavailable, request.video + " holds no picture"};
    return {};
  }

  Result<void> load_audio(const MediaFile& files, const MediaFeedRequest& request) {
    const size_t most = kMaxSeconds * static_cast<size_t>(kAudioBlockSamples) * 100;
    const auto decoded = files.decode_audio(request.audio, [&](std::span<const int16_t> samples) {
      samples_.insert(samples_.end(), samples.begin(), samples.end());
      return samples_.size() < most;
    });
    if (!decoded) return decoded.error();
    if (samples_.empty()) return Error{ErrorCode::kUnavailable, request.audio + " holds no sound"};
    return {};
  }

  media::TestPicture pictures_;
  media::TestSpeech speech_;
  std::vector<std::shared_ptr<const VideoBuffer>> footage_;
  std::vector<int16_t> samples_;
  size_t next_sample_ = 0;
};

}  // namespace

Result<std::unique_ptr<MediaFeed>> make_media_feed(const MediaFeedRequest& request) {
  auto feed = std::make_unique<Feed>(request);
  if (const Result<void> loaded = feed->load(request); !loaded) return loaded.error();
  return std::unique_ptr<MediaFeed>(std::move(feed));
}

}  // namespace sotto::tools
