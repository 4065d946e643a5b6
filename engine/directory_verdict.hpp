#pragma once

#include <optional>

#include <sotto/call.hpp>
#include <sotto/result.hpp>

#include "signaling/client/answers.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/contact_store.hpp"

namespace sotto::engine {

/// What a directory's answer is worth.
struct DirectoryVerdict {
  /// The device to call, proven. With a known account only if the directory knows something that is not older.
  std::optional<signaling::Contact> peer;
  /// Why the call must not go on: kUnknownName, kOtherPerson, kKeyChanged, kOutdated or kSecurityFailure.
  EndReason problem = EndReason::kNone;
};

/// Holds an answer against what is known of the account that was meant, if anything is. A directory cannot make us
/// forget: an older list or root, or no answer at all, leaves what is known as it is (it could as well stay silent).
DirectoryVerdict judge(const std::optional<signaling::DirectoryEntry>& entry, const signaling::KnownAccount* known,
                       WallTime now);

}  // namespace sotto::engine
