#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/units.hpp"
#include "media/audio/audio_codec.hpp"

struct OpusEncoder;

namespace sotto::media {

/// libopus's encoder as a call wants it: 48 kHz mono, 20 ms, constant bitrate (so that packet sizes tell nothing of
/// what is said), full band. One thread.
class OpusEncoder final : public AudioEncoder {
 public:
  /// `bitrate` is brought within Opus's 6 to 510 kbit/s.
  explicit OpusEncoder(DataRate bitrate);

  size_t encode(std::span<const int16_t, kFrameSamples> frame, MutableByteView out) override;

 private:
  struct Destroy {
    void operator()(::OpusEncoder* encoder) const;
  };
  std::unique_ptr<::OpusEncoder, Destroy> encoder_;
};

}  // namespace sotto::media
