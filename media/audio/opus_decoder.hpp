#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "media/audio/audio_codec.hpp"

struct OpusDecoder;

namespace sotto::media {

/// libopus's decoder, 48 kHz mono. One thread.
class OpusDecoder final : public AudioDecoder {
 public:
  OpusDecoder();

  std::optional<size_t> decode(ByteView packet, std::span<int16_t> out) override;
  bool decode_copy(ByteView packet, std::span<int16_t> out) override;
  void conceal(std::span<int16_t, 480> out) override;
  void copy_state_from(const AudioDecoder& other) override;
  void reset() override;

 private:
  struct Destroy {
    void operator()(::OpusDecoder* decoder) const;
  };
  std::unique_ptr<::OpusDecoder, Destroy> decoder_;
};

}  // namespace sotto::media
