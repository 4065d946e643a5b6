#pragma once

#include <cstdint>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::media {

/// Counts the moments at which the picture stands still: gaps between shown pictures of more than three usual intervals
/// or one usual interval and 150 ms, whichever is longer (as W3C webrtc-stats defines freezeCount). One thread.
class FreezeCounter {
 public:
  /// A picture was shown.
  void on_shown(Timestamp now);

  /// The time until the next picture is no freeze, however long it is: none is meant to come.
  void excuse() { last_.reset(); }

  uint64_t freezes() const { return freezes_; }
  Duration frozen_time() const { return frozen_time_; }  ///< those gaps together

 private:
  std::optional<Timestamp> last_;
  Duration usual_interval_{};
  uint64_t freezes_ = 0;
  Duration frozen_time_{};
};

}  // namespace sotto::media
