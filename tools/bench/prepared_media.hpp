#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "tools/call/media_feed.hpp"

namespace sotto::tools {

/// Pictures and sound made beforehand, so that handing them over costs next to nothing. The pictures are then played
/// forwards and backwards, the sound over and over. Any thread.
class PreparedMedia {
 public:
  using Block = std::array<int16_t, kAudioBlockSamples>;

  /// Takes a few seconds from `feed`: as many pictures as fit into 64 MiB, 120 at the most. kUnavailable if it gives no
  /// pictures.
  static Result<std::shared_ptr<const PreparedMedia>> take_from(MediaFeed& feed);

  const std::shared_ptr<const VideoBuffer>& picture(int64_t number) const;
  const Block& block(int64_t number) const { return sound_[static_cast<size_t>(number) % sound_.size()]; }
  /// Of all of it.
  size_t bytes() const;

 private:
  std::vector<std::shared_ptr<const VideoBuffer>> pictures_;
  std::vector<Block> sound_;
};

/// What a call was fed with, and when: enough to do the same again.
struct FeedLog {
  struct Picture {
    int64_t number;
    Timestamp time;
  };
  std::vector<Picture> pictures;
  std::vector<Timestamp> blocks;  ///< numbered from 0
};

/// Plays prepared media for one call and notes what it gave. Allocates nothing while it plays, up to `longest`.
class PreparedFeed final : public MediaFeed {
 public:
  /// `log` is written to by the thread that plays.
  PreparedFeed(std::shared_ptr<const PreparedMedia> media, std::shared_ptr<FeedLog> log, Duration longest);

  void next_block(std::span<int16_t, kAudioBlockSamples> block) override;
  std::shared_ptr<const VideoBuffer> frame(int64_t number) override;

 private:
  const std::shared_ptr<const PreparedMedia> media_;
  const std::shared_ptr<FeedLog> log_;
};

}  // namespace sotto::tools
