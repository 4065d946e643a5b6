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

int opus_packet_copy_samples(ByteView packet) {
  constexpr int kFirstCelt = 16;  // of the configurations, RFC 6716 table 2
  constexpr int kSilkFrame = kAudioSampleRate / 50;
  if (!opus_packet_samples(packet) || packet[0] >> 3 >= kFirstCelt) return 0;
  unsigned char toc = 0;
  const unsigned char* frames[48];
  opus_int16 sizes[48];
  if (opus_packet_parse(packet.data(), static_cast<opus_int32>(packet.size()), &toc, frames, sizes, nullptr) <= 0 ||
      sizes[0] == 0) {
    return 0;
  }
  // For each channel a bit for each SILK frame, whether there is a voice in it, and then one for the copy. The bits are
  // as likely as not, so that the range coder leaves them as they are.
  const int samples = opus_packet_get_samples_per_frame(packet.data(), kAudioSampleRate);
  const int voices = samples > kSilkFrame ? samples / kSilkFrame : 1;
  const int channels = opus_packet_get_nb_channels(packet.data());
  for (int channel = 1; channel <= channels; ++channel) {
    if ((frames[0][0] >> (8 - channel * (voices + 1)) & 1) != 0) return samples;
  }
  return 0;
}

}  // namespace sotto::media
