#include "tools/bench/prepared_media.hpp"

#include <algorithm>
#include <utility>

#include "media/device/raw_video_file.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kMostPictures = 120;
constexpr size_t kMostPictureBytes = size_t{64} << 20;
constexpr size_t kBlocks = 400;  // 4 s

}  // namespace

Result<std::shared_ptr<const PreparedMedia>> PreparedMedia::take_from(MediaFeed& feed) {
  auto media = std::make_shared<PreparedMedia>();
  size_t bytes = 0;
  while (media->pictures_.size() < kMostPictures && bytes < kMostPictureBytes) {
    const auto picture = feed.frame(static_cast<int64_t>(media->pictures_.size()));
    if (!picture) break;
    // A copy: a feed may keep its memory for reuse, and what it lends would not come back.
    auto copy = std::make_shared<VideoBuffer>(picture->width(), picture->height());
    std::copy(picture->bytes().begin(), picture->bytes().end(), copy->bytes().begin());
    bytes += copy->bytes().size();
    media->pictures_.push_back(std::move(copy));
  }
  if (media->pictures_.empty()) return Error{ErrorCode::kUnavailable, "there are no pictures to send"};
  media->sound_.resize(kBlocks);
  for (Block& block : media->sound_) feed.next_block(block);
  return std::shared_ptr<const PreparedMedia>(std::move(media));
}

const std::shared_ptr<const VideoBuffer>& PreparedMedia::picture(int64_t number) const {
  return pictures_[static_cast<size_t>(media::ping_pong_index(number, static_cast<int64_t>(pictures_.size())))];
}

size_t PreparedMedia::bytes() const {
  return pictures_.size() * pictures_.front()->bytes().size() + sound_.size() * sizeof(Block);
}

PreparedFeed::PreparedFeed(std::shared_ptr<const PreparedMedia> media, std::shared_ptr<FeedLog> log, Duration longest)
    : media_(std::move(media)), log_(std::move(log)) {
  log_->blocks.reserve(static_cast<size_t>(longest / 10ms) + 1);
  log_->pictures.reserve(static_cast<size_t>(longest / 33ms) + 1);
}

void PreparedFeed::next_block(std::span<int16_t, kAudioBlockSamples> block) {
  const PreparedMedia::Block& next = media_->block(static_cast<int64_t>(log_->blocks.size()));
  std::copy(next.begin(), next.end(), block.begin());
  log_->blocks.push_back(monotonic_now());
}

std::shared_ptr<const VideoBuffer> PreparedFeed::frame(int64_t number) {
  log_->pictures.push_back({number, monotonic_now()});
  return media_->picture(number);
}

}  // namespace sotto::tools
