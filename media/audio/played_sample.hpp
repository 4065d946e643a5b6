#pragma once

#include <cstdint>

#include <sotto/time.hpp>

namespace sotto::media {

/// When a sample is handed to the sound card, by its RTP timestamp, and how long it is held back for that.
struct PlayedSample {
  uint32_t rtp_timestamp = 0;
  Timestamp when{};
  Duration delay{};      ///< how long a packet that came as fast as any waits now
  Duration own_delay{};  ///< how long it should, by the jitter measured alone
};

}  // namespace sotto::media
