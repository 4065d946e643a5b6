#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/contacts.hpp>
#include <sotto/identity.hpp>
#include <sotto/result.hpp>

#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/contact_store.hpp"
#include "signaling/identity/identity_keeper.hpp"

namespace sotto::engine {

/// Who is known here: a ContactStore that the network thread can ask and teach without ever waiting for a disk. What is
/// known of an account only moves forward. Any thread.
class ContactBook {
 public:
  using KnownAccount = signaling::KnownAccount;

  explicit ContactBook(std::shared_ptr<signaling::IdentityKeeper> self, signaling::ContactStore store = {});

  std::optional<KnownAccount> find(const AccountId& account) const;
  /// Among those that the user has added or blocked.
  std::optional<KnownAccount> find(std::string_view name) const;
  std::vector<KnownAccount> accounts() const;
  const std::shared_ptr<signaling::IdentityKeeper>& self() const { return self_; }
  /// Formatted for people; takes some milliseconds.
  std::string safety_number(const signaling::AccountId& account, const Ed25519PublicKey& root) const;

  // What the user decides: in the file, if there is one, before these return.

  /// As Contacts::add.
  Result<AccountId> add(std::string_view name, ByteView bundle, WallTime now);
  /// Changes one account. kInvalidArgument if it is not known.
  Result<void> update(const AccountId& account, const std::function<void(KnownAccount&)>& change);
  Result<void> remove(const AccountId& account);
  /// As Contacts::add_stranger: somebody in the book, or one whom meet() has told of.
  Result<void> add_stranger(const AccountId& account, std::string_view name, WallTime now);

  // Whom the user has blocked, and what the server knows of it.

  /// In the order in which they were first known.
  std::vector<AccountId> blocked() const;
  /// Names what the server has last acknowledged of it; nothing if it never did.
  std::optional<Sha256Digest> blocks_told() const;
  /// Waits for the disk.
  Result<void> set_blocks_told(const Sha256Digest& digest);
  /// `on_change` is called after each change of either, by the thread that made it, until what this returns is let go.
  [[nodiscard]] std::shared_ptr<const void> watch_blocks(std::function<void()> on_change);

  // What calls and the directory teach: known at once, and in the file after save(). These say whether there is
  // something to save.

  /// Takes over newer keys of a known account: a newer root takes the mark of the verified away, a newer device list
  /// keeps a removed device out.
  bool learn(const signaling::Contact& proven);
  /// Notes that a stranger called and was not heard; at most 20 times in 24 hours.
  bool note_request(const signaling::Contact& caller, std::string_view name_hint, WallTime now);
  /// A call with somebody who is not known: its keys are kept for a while, in case the user adds it.
  void meet(const signaling::Contact& stranger);
  /// Waits for the disk. What cannot be written stays known until the process ends.
  void save();

 private:
  KnownAccount* find_locked(const AccountId& account);
  Result<void> put(KnownAccount account);
  void tell_blocks_changed();

  const std::shared_ptr<signaling::IdentityKeeper> self_;

  std::mutex writing_;  // before mutex_
  signaling::ContactStore store_;

  mutable std::mutex mutex_;
  std::vector<KnownAccount> accounts_;
  std::set<AccountId> unsaved_;
  std::deque<WallTime> requests_;       // of the last 24 hours, oldest first
  std::deque<signaling::Contact> met_;  // oldest first
  std::optional<Sha256Digest> blocks_told_;
  std::vector<std::weak_ptr<const std::function<void()>>> block_watchers_;
};

/// Lets the engine behind a Contacts.
struct ContactsAccess {
  static Contacts make(std::shared_ptr<ContactBook> book) { return Contacts(std::move(book)); }
  static const std::shared_ptr<ContactBook>& book(const Contacts& contacts) { return contacts.book_; }
};

}  // namespace sotto::engine
