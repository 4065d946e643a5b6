#pragma once

#include <map>
#include <mutex>
#include <optional>

#include <sotto/identity.hpp>
#include <sotto/result.hpp>

#include "base/bytes.hpp"
#include "signaling/handshake/call_session.hpp"
#include "signaling/identity/contact.hpp"

namespace sotto::engine {

/// The accounts that may ring here and be called. What is known of one only moves forward. Any thread.
class ContactBook {
 public:
  /// Verifies a bundle and makes its account a contact, or brings a contact up to date.
  Result<AccountId> add(ByteView bundle, WallTime now);
  std::optional<signaling::Contact> find(const AccountId& account) const;
  /// Whether the caller of `session` is a contact and shows nothing older than what is known of it.
  Result<void> recognise(signaling::CallSession& session) const;
  /// Takes over a newer root or device list that a handshake has proven, so that a removed device stays removed.
  void learn(const signaling::Contact& proven);

 private:
  mutable std::mutex mutex_;
  std::map<AccountId, signaling::Contact> contacts_;
};

}  // namespace sotto::engine
