#pragma once

#include <cstdint>

#include <sotto/time.hpp>

namespace sotto::media {

/// When a sample is handed to the sound card, by its RTP timestamp.
struct PlayedSample {
  uint32_t rtp_timestamp = 0;
  Timestamp when{};
};

}  // namespace sotto::media
