#include "media/audio/opus_packet.hpp"

#include <opus/opus.h>

#include <sotto/audio_format.hpp>

namespace sotto::media {

std::optional<int> opus_packet_samples(ByteView packet) {
  if (packet.empty() || packet.size() > INT16_MAX) return std::nullopt;
  // Walks the frames, so that every length in the packet is checked before any of it is decoded.
  unsigned char toc = 0;
  opus_int16 sizes[48];
  const int frames =
      opus_packet_parse(packet.data(), static_cast<opus_int32>(packet.size()), &toc, nullptr, sizes, nullptr);
  if (frames <= 0) return std::nullopt;
  const int samples = frames * opus_packet_get_samples_per_frame(packet.data(), kAudioSampleRate);
  if (samples > kMaxOpusPacketSamples) return std::nullopt;
  return samples;
}

}  // namespace sotto::media
