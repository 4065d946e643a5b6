#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "media/audio/audio_receiver.hpp"
#include "media/device/sound_quality.hpp"

namespace sotto::media {

/// What lies between a microphone and a loudspeaker in a VirtualCall.
struct VirtualNetwork {
  Duration delay = 25ms;       ///< of every packet
  Duration jitter{};           ///< on top, evenly spread from 0
  bool reorders = false;       ///< whether packets may overtake each other
  double loss = 0;             ///< share of packets, each by itself
  int copies = 0;              ///< of earlier packets that each one carries
  Duration sender_hiccup{};    ///< threads of the sender wake up late by a part of this, most often little
  Duration receiver_hiccup{};  ///< and so does the sound thread of the receiver
  Duration phase{};            ///< of the receiver's ticks against the sender's
  double sender_ppm = 0;       ///< by how much the microphone's clock is fast
  double receiver_ppm = 0;     ///< by how much the loudspeaker's clock is fast
  uint64_t seed = 1;
  const AudioCodec* codec = &opus();
  /// When the loudspeaker asks for the block that is due at a time, which by itself is then.
  std::function<Duration(Duration due)> device{};
  bool keeps_sound = true;  ///< false for calls so long that nobody could
  /// The delay that comes on top at a time, for spikes and outages; packets then stay in order.
  std::function<Duration(Duration since_start)> extra{};
};

struct VirtualCallResult {
  AudioReceiverStatistics statistics;
  std::vector<int16_t> sent;
  std::vector<int16_t> received;
  std::vector<Duration> buffer_delay;                ///< statistics().delay each second
  std::vector<AudioReceiverStatistics> each_second;  ///< the rest of them
  SoundMatchOptions match;                           ///< for match_sound

  /// Delays are those above the network's own.
  SoundQuality quality(Duration network_delay) const;
};

/// Says `length` of sound (speech made up, or the whole blocks of `speech`, if there are any, again and again) into a
/// sender and listens at a receiver, in virtual time.
VirtualCallResult run_virtual_call(const VirtualNetwork& network, Duration length,
                                   std::span<const int16_t> speech = {});

}  // namespace sotto::media
