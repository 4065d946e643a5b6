#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <set>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

namespace sotto::signaling {

/// Keeps old INITs out (HANDSHAKE 2.5). One for each device and process; one thread.
///
/// It remembers the ephemeral keys of the last 4096 INITs for 10 minutes. What it cannot remember, because this
/// process was not there, it refuses by its date.
class InitReplayGuard {
 public:
  using EphemeralKey = std::array<uint8_t, 32>;

  explicit InitReplayGuard(WallTime process_start) : process_start_(process_start) {}

  /// Whether an INIT so dated may be looked at: cheap, before any cryptography, and remembers nothing.
  /// kExpired: too old, from the future, or from before this process. kRefused: seen before.
  Result<void> check(const EphemeralKey& ephemeral, WallTime created, WallTime now) const;

  /// Remembers an INIT whose payload was verified. Only those, so that garbage pushes nothing out.
  void remember(const EphemeralKey& ephemeral, WallTime now);

 private:
  struct Seen {
    EphemeralKey ephemeral;
    WallTime at;
  };

  WallTime process_start_;
  std::deque<Seen> in_order_;
  std::set<EphemeralKey> seen_;
};

}  // namespace sotto::signaling
