#pragma once

#include <optional>
#include <vector>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/secret_bytes.hpp"
#include "signaling/identity/contact_store.hpp"

namespace sotto::signaling {

inline constexpr size_t kMaxKnownAccounts = 4096;
/// More than that many accounts need.
inline constexpr size_t kMaxContactFileSize = kMaxKnownAccounts * (kMaxBundleSize + 1024) + 4096;

/// Whether the file takes it: what is written is read back.
bool storable(const KnownAccount& account);
/// Whether its name is one of those that must differ.
inline bool named_by_user(const KnownAccount& account) {
  return (account.added || account.blocked) && !account.name.empty();
}

/// What a contacts file holds.
struct ContactFile {
  std::vector<KnownAccount> accounts;
  std::optional<Sha256Digest> blocks_told;  ///< As ContactStore::blocks_told().
};

/// What a backup holds of it.
SecretBytes serialize_accounts(const std::vector<KnownAccount>& accounts);
/// kMalformed if it does not parse, breaks a limit, or has an account or a user's name twice.
Result<std::vector<KnownAccount>> parse_accounts(ByteView bytes);

/// The bytes of a contacts file: sealed with a key of its own each time, padded to steps of 4 KiB.
Bytes seal_contacts(const ContactFile& contacts, const Secret<32>& store_key, RandomSource& random);
/// kMalformed: no contacts file, or damaged inside; kRefused: another identity's, or damaged.
Result<ContactFile> unseal_contacts(ByteView file, const Secret<32>& store_key);

}  // namespace sotto::signaling
