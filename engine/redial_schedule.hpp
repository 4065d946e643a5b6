#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::engine {

/// When a caller that got no RESP tries again with a new session (HANDSHAKE 2.5): 5 s and 15 s after the first INIT. A
/// contact's device answers by itself, so that silence means a loss; a stranger's rings until a person answers, so that
/// only a link that broke meanwhile is a reason.
class RedialSchedule {
 public:
  using Delays = std::array<Duration, 2>;
  static constexpr Delays kDelays{5s, 15s};

  RedialSchedule(bool contact, Timestamp dialed, Delays delays) : always_(contact), dialed_(dialed), delays_(delays) {}

  /// The link that carried the last INIT was lost and is back.
  void on_link_renewed() { link_renewed_ = true; }
  std::optional<Timestamp> next_deadline() const {
    if (done_ == delays_.size() || !(always_ || link_renewed_)) return std::nullopt;
    return dialed_ + delays_[done_];
  }
  /// Whether to dial anew now. One that comes late, after both, is one.
  bool on_deadline(Timestamp now) {
    if (const auto due = next_deadline(); !due || now < *due) return false;
    while (done_ < delays_.size() && now >= dialed_ + delays_[done_]) ++done_;
    link_renewed_ = false;
    return true;
  }

 private:
  bool always_;
  Timestamp dialed_;
  Delays delays_;
  size_t done_ = 0;
  bool link_renewed_ = false;
};

}  // namespace sotto::engine
