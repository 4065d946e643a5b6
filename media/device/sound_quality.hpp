#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sotto/time.hpp>

namespace sotto::media {

/// Where 320 ms of received sound are found in what was sent, both at 48 kHz.
struct SoundMatch {
  int64_t received_at = 0;  ///< sample of the received sound with which the window begins
  int64_t sent_at = 0;      ///< sample of the sent sound that fits it best
  double correlation = 0;   ///< normalised, at 16 kHz: 1 is the same sound; 0 for silence where there was sound
};

struct SoundMatchOptions {
  /// When received sample 0 was played, after sent sample 0 was captured.
  Duration received_start{};
  /// The most that a sample may be played after its capture.
  Duration max_delay = 2s;
};

/// Compares windows of the received sound, 200 ms apart, with what was sent up to then. Windows that are silent at both
/// ends are left out. Takes about 2 ms a window, 40 ms where the delay has jumped.
std::vector<SoundMatch> match_sound(std::span<const int16_t> sent, std::span<const int16_t> received,
                                    const SoundMatchOptions& options = {});

/// What match_sound's windows say together.
struct SoundQuality {
  Duration delay_p50{};  ///< from capture to play-out of the windows that match
  Duration delay_p95{};
  double matched = 0;  ///< share of windows with a correlation over 0.5
  double score = 0;    ///< mean correlation of all windows
  size_t windows = 0;
};

SoundQuality summarize(std::span<const SoundMatch> matches, const SoundMatchOptions& options = {});

}  // namespace sotto::media
