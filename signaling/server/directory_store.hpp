#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"
#include "signaling/identity/identifiers.hpp"

namespace sotto::signaling {

/// An account as it is stored. What `record` and `profile` mean is the directory's business alone.
struct DirectoryRow {
  AccountId account;
  std::string name;
  Bytes record;   ///< wire::AccountRecord: what others are shown.
  Bytes profile;  ///< wire::Profile: who is shown it.
  bool operator==(const DirectoryRow&) const = default;
};

/// Where the accounts are: one of the two seams of the server, beside Router. A larger installation puts a database
/// behind it. What has been answered is durable. An Error means that the store cannot be read or written now, and that
/// nothing has changed. One thread; calls may block for as long as a disk does.
class DirectoryStore {
 public:
  enum class Inserted { kDone, kAccountTaken, kNameTaken, kInviteUsed };

  virtual ~DirectoryStore() = default;

  virtual Result<std::optional<AccountId>> find(std::string_view name) = 0;
  virtual Result<bool> contains(const AccountId& account) = 0;
  virtual Result<std::optional<DirectoryRow>> load(const AccountId& account) = 0;

  /// Adds an account, and uses up the invite of this hash with it if there is one: both or neither.
  virtual Result<Inserted> insert(const DirectoryRow& row, const std::optional<Sha256Digest>& invite) = 0;
  /// Replaces the record and the profile of an account that is there.
  virtual Result<void> update(const DirectoryRow& row) = 0;
};

}  // namespace sotto::signaling
