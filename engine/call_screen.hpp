#pragma once

#include <functional>
#include <memory>

#include <sotto/engine.hpp>

#include "engine/attempt_limiter.hpp"
#include "engine/calendar.hpp"
#include "engine/call_record.hpp"
#include "engine/caller_policy.hpp"
#include "engine/contact_book.hpp"
#include "signaling/handshake/call_session.hpp"
#include "signaling/handshake/init_replay_guard.hpp"

namespace sotto::engine {

/// Looks at each INIT before anything answers it: fresh, genuine, not too many, and from whom (HANDSHAKE 2.5 and 7).
/// Network thread.
class CallScreen {
 public:
  CallScreen(std::shared_ptr<ContactBook> contacts, StrangerCalls strangers, const Calendar& calendar,
             size_t attempts_a_minute = AttemptLimiter::kAttempts);

  /// A verified attempt and what is to be done about it. Who calls is a claim until the session is proven.
  struct Attempt {
    signaling::CallSession session;
    Greeting greeting = Greeting::kNone;
    Occupation occupation = Occupation::kFree;
    CallPeer peer;
  };
  /// `occupation`: what that caller, a contact or not, finds the person here at. An error is for the log alone: the
  /// caller learns nothing.
  Result<Attempt> look_at(ByteView init, const signaling::DeviceIdentity& self,
                          const std::function<Occupation(const signaling::Contact& caller, bool contact)>& occupation,
                          Timestamp now);

  /// The calendar has been corrected: dates are held against the moment at which this process began, in the new count.
  void on_clock_corrected();

 private:
  const std::shared_ptr<ContactBook> contacts_;
  const StrangerCalls strangers_;
  const Calendar& calendar_;
  const WallTime began_;  // by this machine's clock
  signaling::InitReplayGuard replay_guard_;
  AttemptLimiter limiter_;
};

/// What a stranger says of itself, so that nobody takes it for a name that was checked.
std::string unverified_name(std::string_view hint);

}  // namespace sotto::engine
