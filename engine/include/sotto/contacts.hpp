#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sotto/export.hpp>
#include <sotto/identity.hpp>
#include <sotto/result.hpp>
#include <sotto/time.hpp>

namespace sotto {

namespace engine {
struct ContactsAccess;
class ContactBook;
}  // namespace engine

/// One account that this device knows.
struct ContactView {
  AccountId account{};
  std::string name;           ///< As the user and the directory call it; empty for a stranger.
  bool added = false;         ///< By the user: may ring here. Others are strangers who have called.
  bool blocked = false;       ///< Hears nothing from this device, and is not called.
  bool verified = false;      ///< The user has compared the safety number, and the keys have not changed since.
  bool key_changed = false;   ///< The account has a new root key: calls to it wait for acknowledge_key().
  bool was_verified = false;  ///< With key_changed: the user had compared the number of the keys before.
  bool hide_address = false;  ///< Calls with this contact go through relays only.
  std::optional<WallTime> last_request;  ///< When a stranger last called without ringing.
  std::string name_hint;                 ///< What a stranger calls itself: anybody can claim any name.
};

/// Who this device knows: the keys that it holds others to, and what its user has decided about them. Changes are in
/// the file, if there is one, before a method returns. Cheap to copy (shared); any thread, but those that write may
/// wait for the disk.
class SOTTO_API Contacts {
 public:
  /// In memory.
  explicit Contacts(Identity self);
  /// In a file, sealed with a key of `self`, which must come from a file, too. A file that is not there is made with
  /// the first change. kRefused or kMalformed if it is damaged or somebody else's: it is left as it is.
  static Result<Contacts> open(const std::filesystem::path& path, Identity self);

  /// Everybody whom the user has added or blocked.
  std::vector<ContactView> list() const;
  /// Strangers who have called and were not heard, newest first.
  std::vector<ContactView> requests() const;
  std::optional<ContactView> find(const AccountId& account) const;
  /// Among those of list().
  std::optional<ContactView> find(std::string_view name) const;

  /// Verifies the public bundle of another device (from its owner, or from Engine::find) and makes its account a
  /// contact, or brings a contact up to date. `name` is the one that
  /// the directory has: 3 to 32 of a-z 0-9 . _ -, first a letter (capitals become small); empty leaves what there is.
  /// kInvalidArgument, kMalformed, kExpired; kRefused for a forgery, a roll-back, or a name that another contact has:
  /// remove() that one if it is the same person anew.
  Result<AccountId> add(std::string_view name, std::span<const uint8_t> bundle);
  /// Makes somebody a contact by the keys that a call has shown: a stranger who calls or has called, one of requests(),
  /// or whoever was found by name. kInvalidArgument if there was no such call lately.
  Result<void> add_stranger(const AccountId& account, std::string_view name);
  /// Forgets an account with its keys.
  Result<void> remove(const AccountId& account);
  /// Besides, an engine tells its server, now or when it signs in next, that this account is not to exist for that one.
  Result<void> block(const AccountId& account);
  Result<void> unblock(const AccountId& account);
  Result<void> set_hide_address(const AccountId& account, bool hide);
  /// The user has compared the safety number (or the symbols of a call): true if it was the same.
  Result<void> set_verified(const AccountId& account, bool same);
  /// The user has been told that the keys have changed: calls may go out again.
  Result<void> acknowledge_key(const AccountId& account);

  /// 60 digits that both people can compare, in twelve groups of five, four a line.
  Result<std::string> safety_number(const AccountId& account) const;

 private:
  friend struct engine::ContactsAccess;
  explicit Contacts(std::shared_ptr<engine::ContactBook> book) : book_(std::move(book)) {}
  std::shared_ptr<engine::ContactBook> book_;
};

}  // namespace sotto
