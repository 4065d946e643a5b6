#include "engine/caller_policy.hpp"

namespace sotto::engine {

Greeting greeting_for(const signaling::KnownAccount* known, StrangerCalls strangers, bool busy) {
  if (known != nullptr && known->blocked) return Greeting::kNone;
  if (known != nullptr && known->added) return Greeting::kAnswer;  // with "busy", if so
  switch (strangers) {
    case StrangerCalls::kContactsOnly:
      return Greeting::kNote;
    case StrangerCalls::kAllowed:
      // "Busy" would be an answer.
      return busy ? Greeting::kNote : Greeting::kRing;
  }
  return Greeting::kNone;
}

bool hides_address_from(const signaling::KnownAccount* known, bool direct) {
  const bool contact = known != nullptr && known->added && !known->blocked;
  if (contact) return known->hide_address;
  return !direct;
}

}  // namespace sotto::engine
