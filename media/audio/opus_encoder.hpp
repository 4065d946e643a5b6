#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/units.hpp"

struct OpusEncoder;

namespace sotto::media {

/// libopus's encoder as a call wants it: 48 kHz mono, 20 ms, constant bitrate (so that packet sizes tell nothing of
/// what is said), full band. One thread.
class OpusEncoder {
 public:
  static constexpr size_t kFrameSamples = 960;
  static constexpr size_t kMaxPacketSize = 1276;  ///< of one frame, its table of contents included (RFC 6716 3.2)

  /// `bitrate` is brought within Opus's 6 to 510 kbit/s.
  explicit OpusEncoder(DataRate bitrate);

  /// Encodes 20 ms into the front of `out` and returns how many bytes it took; kMaxPacketSize always suffice.
  size_t encode(std::span<const int16_t, kFrameSamples> frame, MutableByteView out);

 private:
  struct Destroy {
    void operator()(::OpusEncoder* encoder) const;
  };
  std::unique_ptr<::OpusEncoder, Destroy> encoder_;
};

}  // namespace sotto::media
