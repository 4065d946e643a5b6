#pragma once

#include <optional>

#include <sotto/time.hpp>
#include "base/random.hpp"
#include "signaling/client/link_failure.hpp"

namespace sotto::signaling {

/// When to try again after a link failed or broke: exponential back-off with full jitter, so that a thousand clients of
/// a server that restarts do not come back in one moment. One thread.
class ReconnectSchedule {
 public:
  explicit ReconnectSchedule(RandomSource& random) : random_(random) {}

  void on_signed_in(Timestamp now);
  /// How long to wait now; nullopt: for ever. Within half a second after the first failure, and after a link that
  /// lasted; within 30 s after many. What somebody has to change first is looked at again each minute (pin and
  /// certificate: a hotel's login page shows another one too) or each five (what the server refuses; its operator may
  /// open it), but a removed device never comes back.
  std::optional<Duration> on_failure(const LinkFailure& failure, Timestamp now);
  /// The network is another one: what failed before says nothing any more.
  void on_network_change() { failures_ = 0; }

 private:
  Duration back_off();
  Duration around(Duration duration);
  Duration up_to(Duration limit);

  RandomSource& random_;
  int failures_ = 0;  ///< In a row.
  std::optional<Timestamp> signed_in_at_;
};

}  // namespace sotto::signaling
