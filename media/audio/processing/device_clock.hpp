#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::media {

/// Follows the clock of a sound card by when its blocks of 10 ms come: how fast it runs beside ours, and which blocks
/// it left out. Blocks may come late, but not early. One thread.
class DeviceClock {
 public:
  /// Notes a block that came at `when`. Returns how much the device must have left out before it: nothing while it is
  /// less than 100 ms late, which is a thread that was held up and hands over all the same.
  Duration on_block(Timestamp when);

  /// How much faster than nominal it runs, in parts per million, by the last minute.
  struct Rate {
    double ppm = 0;
    double error = 0;  ///< the standard error of that
  };
  /// Nothing for the first 1.5 s after the start or a hole.
  std::optional<Rate> rate() const;

 private:
  struct Span {
    double middle = 0;    ///< s since the first block
    double earliest = 0;  ///< s by which its least late block was late
  };
  static constexpr size_t kSpans = 120;

  void begin(Timestamp when);
  void close_span();

  std::optional<Timestamp> first_;
  int64_t blocks_ = 0;  ///< since then, without this one
  Duration earliest_{};
  std::array<Span, kSpans> spans_{};  ///< a ring
  size_t closed_ = 0;
};

}  // namespace sotto::media
