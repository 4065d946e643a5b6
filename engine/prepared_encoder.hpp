#pragma once

#include <memory>

#include "engine/consent.hpp"
#include "engine/event_thread.hpp"
#include "media/video/video_codec.hpp"

namespace sotto::engine {

/// An encoder that is made while the call rings: with 1280x720 that takes libvpx as long as the first picture, 12 ms,
/// and the person who has accepted waits for both. It has seen no picture, and nobody has it before the gate is open.
class PreparedEncoder {
 public:
  /// Has `events` make one of `codec`. The codec stays.
  PreparedEncoder(const media::VideoCodec& codec, EventThread& events);
  ~PreparedEncoder();
  PreparedEncoder(const PreparedEncoder&) = delete;
  PreparedEncoder& operator=(const PreparedEncoder&) = delete;

  /// The encoder; null if it is not ready, and then it will not be made.
  std::unique_ptr<media::VideoEncoder> take(const MediaGate&);

 private:
  struct Slot;
  const std::shared_ptr<Slot> slot_;
};

}  // namespace sotto::engine
