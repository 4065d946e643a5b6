#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <sotto/audio_format.hpp>

#include "media/audio/audio_codec.hpp"
#include "media/audio/comfort_noise.hpp"
#include "media/audio/jitter_buffer.hpp"
#include "media/audio/opus_packet.hpp"
#include "media/audio/sample_queue.hpp"
#include "media/audio/splice.hpp"

namespace sotto::media {

/// Carries out what the jitter buffer decides: decodes, conceals, joins and cuts sound. One thread, the sound card's.
///
/// While a packet is missing, a copy of the decoder makes up sound. If the packet still comes, the decoder itself takes
/// it as if nothing had happened, and only the output is joined; if it does not, the copy goes on as the decoder. What
/// it makes up fades into noise like that of the background, and that, where nothing comes any more, into silence.
class AudioPlayout {
 public:
  explicit AudioPlayout(const AudioCodec& codec = opus())
      : decoder_(codec.make_decoder()), concealer_(codec.make_decoder()) {}

  /// Carries out one step and puts its sound, if any, behind what is ready. Returns by how many samples it stretched
  /// the sound; if it cut, by how many less than none.
  int perform(const PlayoutStep& step);

  /// How many samples are ready.
  size_t ready() const { return ready_.size(); }
  /// Takes 10 ms of them.
  void take(std::span<int16_t, kAudioBlockSamples> out);

 private:
  void conceal(size_t samples);
  int decode(const PlayoutStep& step);
  bool decode_packet(const PlayoutStep& step);
  void begin_concealment();
  void make_up(size_t samples);
  int shorten(size_t most, bool urgent);
  int lengthen();

  std::unique_ptr<AudioDecoder> decoder_;
  std::unique_ptr<AudioDecoder> concealer_;
  bool concealing_ = false;
  size_t made_up_ = 0;                         ///< samples since concealment began, for its fading
  SampleQueue<2 * kAudioBlockSamples> ahead_;  ///< made up, but not needed yet
  ComfortNoise background_;
  static constexpr size_t kMostReady = kMaxOpusPacketSamples + 2 * kAudioBlockSamples;
  SampleQueue<kMostReady> ready_;
  std::array<int16_t, kMaxOpusPacketSamples> decoded_{};
  size_t decoded_samples_ = 0;
  std::array<int16_t, kMostReady> stretched_{};
  int since_cut_ = 0;      ///< packets since the last cut
  int since_wish_ = 0;     ///< packets since a cut has been wished for, less what the cuts since then granted
  int since_stretch_ = 0;  ///< packets since sound was last stretched
  int since_need_ = 0;     ///< packets since it was wanted
};

}  // namespace sotto::media
