#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include <sotto/audio_format.hpp>

namespace sotto::media {

/// How loud sound is, as a meter shows it: the mean power of about the last 125 ms (the "fast" weighting of IEC 61672),
/// in dB below the loudest square wave (RFC 6464 3: a full sine is at -3). Fed by one thread, read by any.
class LevelMeter {
 public:
  /// What it shows of silence, and the least it ever shows.
  static constexpr double kSilence = -127;

  /// Takes the next 10 ms.
  void add(std::span<const int16_t, kAudioBlockSamples> block);
  /// It is silent from now on, at once.
  void clear();

  double dbfs() const { return dbfs_.load(std::memory_order_relaxed); }

 private:
  double power_ = 0;
  std::atomic<double> dbfs_ = kSilence;
};

}  // namespace sotto::media
