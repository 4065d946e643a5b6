#include "engine/contact_book.hpp"

#include <utility>

namespace sotto::engine {

Result<AccountId> ContactBook::add(ByteView bundle, WallTime now) {
  auto contact = signaling::verify_bundle(bundle, now);
  if (!contact) return contact.error();
  const AccountId account = contact->account.bytes;
  const std::lock_guard lock(mutex_);
  if (const auto known = contacts_.find(account); known != contacts_.end()) {
    contact = signaling::verify_bundle(bundle, now, &known->second);
    if (!contact) return contact.error();
  }
  contacts_.insert_or_assign(account, std::move(*contact));
  return account;
}

std::optional<signaling::Contact> ContactBook::find(const AccountId& account) const {
  const std::lock_guard lock(mutex_);
  const auto found = contacts_.find(account);
  if (found == contacts_.end()) return std::nullopt;
  return found->second;
}

Result<void> ContactBook::recognise(signaling::CallSession& session) const {
  const std::lock_guard lock(mutex_);
  const auto known = contacts_.find(session.peer().account.bytes);
  if (known == contacts_.end()) return Error{ErrorCode::kRefused, "the caller is not a contact"};
  return session.recognise(known->second);
}

void ContactBook::learn(const signaling::Contact& proven) {
  const std::lock_guard lock(mutex_);
  const auto known = contacts_.find(proven.account.bytes);
  if (known == contacts_.end()) return;
  signaling::Contact& contact = known->second;
  if (proven.root_rotations > contact.root_rotations) {
    contact.root = proven.root;
    contact.root_rotations = proven.root_rotations;
  }
  if (proven.list_version > contact.list_version) {
    contact.list_version = proven.list_version;
    contact.list_hash = proven.list_hash;
  }
}

}  // namespace sotto::engine
