#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "base/units.hpp"

namespace sotto::media {

/// Turns sound at 48 kHz into packets that look like Opus from outside. One thread.
class AudioEncoder {
 public:
  static constexpr size_t kFrameSamples = 960;
  static constexpr size_t kMaxPacketSize = 1276;  ///< of one frame, its table of contents included (RFC 6716 3.2)

  virtual ~AudioEncoder() = default;
  /// Encodes 20 ms into the front of `out` and returns how many bytes it took; kMaxPacketSize always
  /// suffice.
  virtual size_t encode(std::span<const int16_t, kFrameSamples> frame, MutableByteView out) = 0;
};

/// Turns them back into sound. Its state can be copied, so that one may conceal ahead while another still waits for the
/// packet that is late. One thread.
class AudioDecoder {
 public:
  virtual ~AudioDecoder() = default;
  /// Decodes a packet into the front of `out` (kMaxOpusPacketSamples always suffice) and returns the number of samples;
  /// nothing if the packet is malformed.
  virtual std::optional<size_t> decode(ByteView packet, std::span<int16_t> out) = 0;
  /// Decodes what `packet` carries a copy of, which is what comes right before it, into `out`: as many samples as
  /// opus_packet_copy_samples says. False if it carries none. The packet itself is to be decoded after that.
  virtual bool decode_copy(ByteView packet, std::span<int16_t> out) = 0;
  /// Makes up 10 ms for a packet that is missing.
  virtual void conceal(std::span<int16_t, 480> out) = 0;
  /// Goes on from where `other` is, which the same codec made.
  virtual void copy_state_from(const AudioDecoder& other) = 0;
  /// Forgets everything, for a sender that started anew.
  virtual void reset() = 0;
};

/// Makes both. Simulations have models in the place of Opus.
class AudioCodec {
 public:
  virtual ~AudioCodec() = default;
  virtual std::unique_ptr<AudioEncoder> make_encoder(DataRate bitrate) const = 0;
  virtual std::unique_ptr<AudioDecoder> make_decoder() const = 0;
};

/// libopus.
const AudioCodec& opus();

}  // namespace sotto::media
