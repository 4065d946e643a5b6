#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <sotto/time.hpp>

#include "media/audio/recent_minimum.hpp"

namespace sotto::media {

/// How long after its media time (at 48 kHz) something happens, in microseconds from an arbitrary origin: the transit
/// of a packet at its arrival, the play-out offset of a sample when it is played. Their difference is what a packet
/// waits.
constexpr int64_t offset_from_media_time(int64_t position, Timestamp when) {
  return when.time_since_epoch().count() - position * 125 / 6;
}

/// Measures how much later than the fastest packets come, to tell how long play-out has to hold them back.
///
/// The worst packet of each half second goes into a history that fades; the delay covers all but the worst few of these
/// (a quantile with forgetting, as NetEq's delay manager has it, but with the resolution of the clock). So one hiccup
/// of a busy machine costs a few milliseconds of concealment instead of delay for ever, while real jitter is met as
/// soon as it shows twice. A path that became slower is met at its third late packet in a row; until a packet is on
/// time again that counts as one hiccup, so that a queue which comes and goes leaves no delay. Packets that others
/// overtook are counted apart: waiting for them has to pay.
class ArrivalDelay {
 public:
  ArrivalDelay();

  /// Notes that the packet whose sound begins at `position` arrived. `reordered`: a later one was there before it.
  void on_packet(int64_t position, Timestamp arrival, bool reordered);

  /// The transit of the fastest packet of the last 2 s, as offset_from_media_time.
  int64_t fastest() const { return fastest_.get().value_or(0); }

  /// How much longer than the fastest a packet may take and still be worth waiting for.
  Duration jitter() const { return std::max({jitter_, reordering_, lasting_lateness()}); }

  void reset();

 private:
  static constexpr size_t kHistory = 64;  ///< half seconds; the oldest weighs 4 %
  static constexpr size_t kRecent = 512;  ///< packets; 10 s

  static constexpr size_t kLateInARow = 3;  ///< packets; fewer may be a hiccup

  void close_block();
  void note_lateness(Duration behind, Timestamp arrival);
  Duration lasting_lateness() const;
  void update_jitter();
  void update_reordering();

  RecentMinimum fastest_;
  std::optional<Timestamp> block_end_;
  Duration block_worst_{};
  std::array<Duration, kHistory> worst_{};  ///< of each half second, a ring
  size_t blocks_ = 0;                       ///< written to worst_ in all
  Duration jitter_{};

  std::array<Duration, kLateInARow> late_{};  ///< how late the last of the packets late in a row were, a ring
  size_t late_in_a_row_ = 0;
  std::optional<Timestamp> slower_since_;  ///< no packet was on time since the third late one in a row

  std::array<Duration, kRecent> recent_{};  ///< a ring: the delay of a reordered packet, or zero
  size_t packets_ = 0;                      ///< written to recent_ in all
  Duration reordering_{};
};

}  // namespace sotto::media
