#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "base/crypto/sha256.hpp"
#include "base/secret.hpp"
#include "base/secret_bytes.hpp"
#include "signaling/identity/contact.hpp"

namespace sotto::signaling {

/// What this device remembers of one account: the pins that everything else is held against.
struct KnownAccount {
  std::string name;    ///< As the user calls it, and as the directory was asked for it; may be empty for a stranger.
  Contact pinned;      ///< With the highest root and list seen.
  bool added = false;  ///< By the user: a contact. Others are strangers that we know by key only.
  bool blocked = false;
  bool verified = false;      ///< The user has compared the safety number for this very root key.
  bool hide_address = false;  ///< Only through relays, in calls with this contact.
  bool key_changed = false;   ///< The root was replaced since the user last looked: say so before the next call.
  bool was_verified = false;  ///< With key_changed: the number of an earlier root was compared, this one's was not.
  WallTime added_at{};
  WallTime last_request{};  ///< A stranger's last call that did not ring; 0 = none.
  std::string name_hint;    ///< What a stranger calls itself: unverified.
};

/// The accounts that a device knows, in a file sealed with the identity's store key, or in memory alone. Writes are as
/// safe against crashes as those of the identity file. One thread at a time; its owner locks.
class ContactStore {
 public:
  /// In memory.
  ContactStore() = default;
  /// A file that is not there yet is an empty store. Damaged, foreign or not ours: clear errors, nothing is
  /// overwritten.
  static Result<ContactStore> open(std::filesystem::path path, Secret<32> store_key);

  const std::vector<KnownAccount>& accounts() const { return accounts_; }
  const KnownAccount* find(const AccountId& account) const;
  /// By the user's name, among those added or blocked: no two of these have the same.
  const KnownAccount* find(std::string_view name) const;

  /// Puts an account in the place of the one of the same id, or beside the others, and writes. On error nothing has
  /// changed. kRefused if another account that is added or blocked has the name, and this is to be one too;
  /// kInvalidArgument if it breaks a limit of the file; kUnavailable if the store is full (4096 accounts; the oldest
  /// strangers go first).
  Result<void> put(KnownAccount account);
  Result<void> remove(const AccountId& account);

  /// Names what a server has last acknowledged about the blocked accounts, as its teller wrote it; nothing if none ever
  /// did.
  const std::optional<Sha256Digest>& blocks_told() const { return blocks_told_; }
  /// Notes it, and writes.
  Result<void> set_blocks_told(const Sha256Digest& digest);

  /// What a backup keeps of it.
  SecretBytes serialize() const;
  /// Puts what serialize() gave in the place of what is there, and writes. kMalformed. What a server was told since the
  /// backup is not known any more.
  Result<void> restore(ByteView serialized);

 private:
  Result<void> save(const std::vector<KnownAccount>& accounts, const std::optional<Sha256Digest>& blocks_told) const;

  std::filesystem::path path_;  // empty: in memory
  Secret<32> store_key_;
  std::vector<KnownAccount> accounts_;
  std::optional<Sha256Digest> blocks_told_;
};

}  // namespace sotto::signaling
