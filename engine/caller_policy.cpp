#include "engine/caller_policy.hpp"

namespace sotto::engine {

Greeting greeting_for(const signaling::KnownAccount* known, StrangerCalls strangers, Occupation occupation) {
  if (known != nullptr && known->blocked) return Greeting::kNone;
  if (known != nullptr && known->added) return Greeting::kAnswer;  // with "busy", if so
  // Whom a person here calls knows already that this device is there, and who is at it.
  if (occupation == Occupation::kDialling) return Greeting::kAnswer;
  switch (strangers) {
    case StrangerCalls::kContactsOnly:
      return Greeting::kNote;
    case StrangerCalls::kAllowed:
      // "Busy" would be an answer.
      return occupation == Occupation::kBusy ? Greeting::kNote : Greeting::kRing;
  }
  return Greeting::kNone;
}

bool hides_address_from(const signaling::KnownAccount* known, bool direct) {
  const bool contact = known != nullptr && known->added && !known->blocked;
  if (contact) return known->hide_address;
  return !direct;
}

}  // namespace sotto::engine
