#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.hpp"

struct OpusDecoder;

namespace sotto::media {

/// libopus's decoder, 48 kHz mono. Its state can be copied, so that one may conceal ahead while another still waits
/// for the packet that is late. One thread.
class OpusDecoder {
 public:
  OpusDecoder();

  /// Decodes a packet into the front of `out` (kMaxOpusPacketSamples always suffice) and returns the number of samples;
  /// nothing if the packet is malformed.
  std::optional<size_t> decode(ByteView packet, std::span<int16_t> out);

  /// Makes up 10 ms for a packet that is missing.
  void conceal(std::span<int16_t, 480> out);

  /// Goes on from where `other` is.
  void copy_state_from(const OpusDecoder& other);
  /// Forgets everything, for a sender that started anew.
  void reset();

 private:
  struct Destroy {
    void operator()(::OpusDecoder* decoder) const;
  };
  std::unique_ptr<::OpusDecoder, Destroy> decoder_;
};

}  // namespace sotto::media
