#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <sotto/audio_format.hpp>
#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

namespace sotto::tools {

/// What is played in place of a microphone and a camera. One thread.
class MediaFeed {
 public:
  virtual ~MediaFeed() = default;
  /// The next 10 ms of sound.
  virtual void next_block(std::span<int16_t, kAudioBlockSamples> block) = 0;
  /// The picture at position `number`, 30 of them a second; null if it cannot be had.
  virtual std::shared_ptr<const VideoBuffer> frame(int64_t number) = 0;
};

struct MediaFeedRequest {
  std::string video;  ///< a file that FFmpeg reads; empty: test pictures
  std::string audio;  ///< likewise; empty: a test voice
  int width = 640;    ///< pixels, even
  int height = 360;   ///< pixels, even
  uint32_t seed = 1;  ///< of test pictures and voice
};

/// Files are decoded beforehand, at most a minute of each, which is then repeated: the call itself decodes nothing but
/// the other side's media.
Result<std::unique_ptr<MediaFeed>> make_media_feed(const MediaFeedRequest& request);

}  // namespace sotto::tools
