#pragma once

#include <optional>
#include <utility>

#include <sotto/call.hpp>

#include "engine/directory_verdict.hpp"
#include "signaling/identity/contact_store.hpp"

namespace sotto::engine {

/// What a caller needs before its first message (HANDSHAKE 2.3, 5 and 7): a contact is dialled at once by the keys that
/// are known, anybody else when the directory has answered; and who may not learn our address, not before there are
/// relays that hide it, so that nothing rings for a call that cannot be.
class DialPreparation {
 public:
  /// `known`: what is known of the account that is called. `relays_first`: see above; on_relays() follows.
  DialPreparation(const std::optional<signaling::KnownAccount>& known, bool has_directory, bool relays_first,
                  WallTime now);

  void on_directory(DirectoryVerdict verdict);
  /// There was no answer.
  void on_no_directory();
  /// All relays for this call are known: `any`, or none.
  void on_relays(bool any);

  enum class Step : uint8_t { kWait, kDial, kEnd };
  Step step() const;
  /// With kDial: whom.
  const signaling::Contact& peer() const { return *peer_; }
  /// With kEnd: why.
  EndReason problem() const { return problem_; }
  /// Whether the directory has still to answer.
  bool awaits_directory() const { return awaits_directory_; }

 private:
  const bool known_;
  bool awaits_directory_;
  bool relays_missing_;
  std::optional<signaling::Contact> peer_;
  EndReason problem_ = EndReason::kNone;
};

}  // namespace sotto::engine
