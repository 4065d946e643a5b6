#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "media/audio/audio_receiver.hpp"
#include "media/device/sound_quality.hpp"
#include "tools/bench_audio/arrival_trace.hpp"

namespace sotto::tools {

struct TraceReplayOptions {
  /// Copies of earlier packets in each (RFC 2198); nothing: as many as a call would use, by what is lost.
  std::optional<int> copies = {};
  /// Of the loudspeaker's ticks after the microphone's.
  Duration phase = 5ms;
  uint64_t seed = 1;  ///< of the test voice
  /// Gives the next 10 ms to say, in place of the test voice.
  std::function<void(std::span<int16_t, kAudioBlockSamples>)> source = {};
};

/// How things were at the end of each 100 ms.
struct TraceMoment {
  Duration held{};             ///< by the jitter buffer
  Duration wanted{};           ///< likewise, by the jitter measured
  double made_up_share = 0;    ///< of the sound of these 100 ms
  double stretched_share = 0;  ///< likewise: put in to wait
  double hurried_share = 0;    ///< likewise: taken out to win delay back
  double lost_share = 0;       ///< of the packets sent in them
  int recovered = 0;           ///< packets that a copy brought
  int copies = 0;              ///< of earlier packets in each that is sent
};

struct TraceReplay {
  static constexpr Duration kMoment = 100ms;

  std::vector<int16_t> said;
  std::vector<int16_t> heard;
  media::AudioReceiverStatistics statistics;
  std::vector<TraceMoment> moments;
  double mean_copies = 0;
  double sent_kbps = 0;  ///< of payloads
  double lost_share = 0;
  Duration fastest{};              ///< transit of the fastest packet
  media::SoundMatchOptions match;  ///< for match_sound
};

/// Says something into a sender and listens at a receiver, both real, while each packet fares as that of the trace with
/// its number did. Virtual time: a minute takes a
/// second or so, most of it in Opus.
TraceReplay replay_trace(const ArrivalTrace& trace, const TraceReplayOptions& options);

/// What was heard, moved back in time to when it was said, as far as it is found there: as long as `said`. Measures
/// that compare moment by moment need it, since play-out comes later by a delay that changes.
std::vector<int16_t> in_time_with(std::span<const int16_t> said, std::span<const int16_t> heard,
                                  std::span<const media::SoundMatch> matches);

}  // namespace sotto::tools
