#include "engine/prepared_encoder.hpp"

#include <mutex>
#include <utility>

#include "media/video/video_frame_encoder.hpp"

namespace sotto::engine {
namespace {

// What most cameras are opened with. For pictures of another size an encoder is made when they come.
constexpr media::PictureSize kLikelySize{1280, 720};

// About what a PeerTransport lets a picture begin with: half a second of it is what libvpx's rate control has to give
// away when it is made.
constexpr DataRate kLikelyTarget = DataRate::kbps(400);

}  // namespace

/// Shared with the event thread.
struct PreparedEncoder::Slot {
  std::mutex mutex;
  std::unique_ptr<media::VideoEncoder> encoder;
  bool wanted = true;

  std::unique_ptr<media::VideoEncoder> close() {
    const std::lock_guard lock(mutex);
    wanted = false;
    return std::move(encoder);
  }
};

PreparedEncoder::PreparedEncoder(const media::VideoCodec& codec, EventThread& events)
    : slot_(std::make_shared<Slot>()) {
  events.post([slot = slot_, &codec] {
    {
      const std::lock_guard lock(slot->mutex);
      if (!slot->wanted) return;
    }
    auto made = media::VideoFrameEncoder::make_encoder({.target = kLikelyTarget, .codec = &codec}, kLikelySize);
    if (!made) return;  // the sender will meet the same error, and count it
    std::unique_ptr<media::VideoEncoder> encoder = std::move(*made);
    const std::lock_guard lock(slot->mutex);
    if (slot->wanted) slot->encoder.swap(encoder);
  });
}

PreparedEncoder::~PreparedEncoder() { (void)slot_->close(); }

std::unique_ptr<media::VideoEncoder> PreparedEncoder::take(const MediaGate&) { return slot_->close(); }

}  // namespace sotto::engine
