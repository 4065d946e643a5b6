#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "media/audio/audio_codec.hpp"
#include "media/audio/opus_packet.hpp"

namespace sotto::media {

/// Sound as it is, but for the roots that are taken of its samples, in packets that look like Opus: so quick that hours
/// of a call take seconds. What is missing is silence.
class CompandedCodec final : public AudioCodec {
 public:
  std::unique_ptr<AudioEncoder> make_encoder(DataRate) const override { return std::make_unique<Encoder>(); }
  std::unique_ptr<AudioDecoder> make_decoder() const override { return std::make_unique<Decoder>(); }

 private:
  static constexpr uint8_t kTableOfContents = 31 << 3;  // one frame of 20 ms, CELT (RFC 6716 3.1)

  class Encoder final : public AudioEncoder {
   public:
    size_t encode(std::span<const int16_t, kFrameSamples> frame, MutableByteView out) override {
      static const auto kCodes = [] {
        std::array<uint8_t, 65536> codes{};
        for (int sample = -32768; sample < 32768; ++sample) {
          const auto root = static_cast<int>(std::lround(std::sqrt(std::abs(sample / 2.04))));
          codes[static_cast<uint16_t>(sample)] = static_cast<uint8_t>(128 + (sample < 0 ? -root : root));
        }
        return codes;
      }();
      out[0] = kTableOfContents;
      std::transform(frame.begin(), frame.end(), out.begin() + 1,
                     [](int16_t sample) { return kCodes[static_cast<uint16_t>(sample)]; });
      return frame.size() + 1;
    }
  };

  class Decoder final : public AudioDecoder {
   public:
    std::optional<size_t> decode(ByteView packet, std::span<int16_t> out) override {
      const std::optional<int> samples = opus_packet_samples(packet);
      if (!samples || packet.size() <= static_cast<size_t>(*samples)) return std::nullopt;
      for (size_t i = 0; i < static_cast<size_t>(*samples); ++i) {
        const int root = packet[i + 1] - 128;
        out[i] = static_cast<int16_t>(std::lround(2.04 * root * std::abs(root)));
      }
      return static_cast<size_t>(*samples);
    }
    bool decode_copy(ByteView, std::span<int16_t>) override { return false; }
    void conceal(std::span<int16_t, 480> out) override { std::fill(out.begin(), out.end(), int16_t{0}); }
    void copy_state_from(const AudioDecoder&) override {}
    void reset() override {}
  };
};

}  // namespace sotto::media
