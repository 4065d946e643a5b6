#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace sotto::tools {

/// Which frequencies sound held when: a spectrogram, as the page shows it.
struct SoundPicture {
  double start_seconds = 0;        ///< of its left edge, since the accept
  double seconds = 0;              ///< from its left edge to its right one
  double top_hz = 0;               ///< at its upper edge; the lower one is 0 Hz
  Bytes png{};                     ///< the louder, the brighter
  std::vector<float> levels = {};  ///< loudness from left to right, dB of full scale, as many as there are columns
};

/// Draws a SoundPicture of sound of any length, block by block, in bounded memory: when it has become too wide, two
/// columns become one. One thread; add() allocates nothing once the picture has its full width.
class SoundPainter {
 public:
  /// At most this many columns: more than a screen shows.
  static constexpr size_t kMostColumns = 1200;
  static constexpr size_t kRows = 128;
  static constexpr double kTopHz = 8000;  ///< What speech needs.

  SoundPainter();
  ~SoundPainter();
  SoundPainter(SoundPainter&&) noexcept;
  SoundPainter& operator=(SoundPainter&&) noexcept;

  /// The samples that follow, mono at 48 kHz.
  void add(std::span<const int16_t> samples);
  /// What has been painted so far; nothing if that is less than a column.
  std::optional<SoundPicture> paint(double start_seconds) const;

  /// For each column from left to right, what each row holds from 0 Hz up: dB of full scale.
  std::vector<std::array<float, kRows>> columns() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::tools
