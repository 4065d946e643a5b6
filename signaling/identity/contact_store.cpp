#include "signaling/identity/contact_store.hpp"

#include <algorithm>
#include <utility>

#include "base/random.hpp"
#include "base/safe_file.hpp"
#include "signaling/identity/detail/contact_codec.hpp"

namespace sotto::signaling {
namespace {

/// Forgets the stranger who has been silent for longest; false if there is none.
bool drop_oldest_stranger(std::vector<KnownAccount>& accounts) {
  auto oldest = accounts.end();
  for (auto account = accounts.begin(); account != accounts.end(); ++account) {
    if (account->added || account->blocked) continue;
    if (oldest == accounts.end() || account->last_request < oldest->last_request) oldest = account;
  }
  if (oldest == accounts.end()) return false;
  accounts.erase(oldest);
  return true;
}

}  // namespace

Result<ContactStore> ContactStore::open(std::filesystem::path path, Secret<32> store_key) {
  ContactStore store;
  store.path_ = std::move(path);
  store.store_key_ = std::move(store_key);
  std::error_code failed;
  // One that is not there is made with the first change; one that cannot be looked at is load_file()'s to explain.
  const std::filesystem::file_type there = std::filesystem::symlink_status(store.path_, failed).type();
  if (there == std::filesystem::file_type::not_found) return store;
  const Result<SecretBytes> file = load_file(store.path_, kMaxContactFileSize);
  if (!file) return file.error();
  Result<ContactFile> contacts = unseal_contacts(file->view(), store.store_key_);
  if (!contacts) return contacts.error();
  store.accounts_ = std::move(contacts->accounts);
  store.blocks_told_ = contacts->blocks_told;
  return store;
}

const KnownAccount* ContactStore::find(const AccountId& account) const {
  const auto found =
      std::ranges::find_if(accounts_, [&](const KnownAccount& known) { return known.pinned.account == account; });
  return found == accounts_.end() ? nullptr : &*found;
}

const KnownAccount* ContactStore::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      accounts_, [&](const KnownAccount& known) { return named_by_user(known) && known.name == name; });
  return found == accounts_.end() ? nullptr : &*found;
}

Result<void> ContactStore::put(KnownAccount account) {
  if (!storable(account)) {
    return Error{ErrorCode::kInvalidArgument, "This contact cannot be kept: its name or its records break a limit."};
  }
  if (named_by_user(account)) {
    const KnownAccount* const named = find(account.name);
    if (named != nullptr && named->pinned.account != account.pinned.account) {
      return Error{ErrorCode::kRefused, "Another contact is called " + account.name + " already."};
    }
  }
  std::vector<KnownAccount> next = accounts_;
  const auto same = std::ranges::find_if(
      next, [&](const KnownAccount& known) { return known.pinned.account == account.pinned.account; });
  if (same != next.end()) {
    *same = std::move(account);
  } else {
    if (next.size() >= kMaxKnownAccounts && !drop_oldest_stranger(next)) {
      return Error{ErrorCode::kUnavailable, "There are 4096 contacts already: remove one first."};
    }
    next.push_back(std::move(account));
  }
  if (const Result<void> saved = save(next, blocks_told_); !saved) return saved;
  accounts_ = std::move(next);
  return {};
}

Result<void> ContactStore::remove(const AccountId& account) {
  std::vector<KnownAccount> next = accounts_;
  std::erase_if(next, [&](const KnownAccount& known) { return known.pinned.account == account; });
  if (next.size() == accounts_.size()) return {};
  if (const Result<void> saved = save(next, blocks_told_); !saved) return saved;
  accounts_ = std::move(next);
  return {};
}

Result<void> ContactStore::set_blocks_told(const Sha256Digest& digest) {
  if (const Result<void> saved = save(accounts_, digest); !saved) return saved;
  blocks_told_ = digest;
  return {};
}

SecretBytes ContactStore::serialize() const { return serialize_accounts(accounts_); }

Result<void> ContactStore::restore(ByteView serialized) {
  Result<std::vector<KnownAccount>> accounts = parse_accounts(serialized);
  if (!accounts) return accounts.error();
  if (const Result<void> saved = save(*accounts, std::nullopt); !saved) return saved;
  accounts_ = std::move(*accounts);
  blocks_told_.reset();
  return {};
}

Result<void> ContactStore::save(const std::vector<KnownAccount>& accounts,
                                const std::optional<Sha256Digest>& blocks_told) const {
  if (path_.empty()) return {};
  return save_file(path_, seal_contacts({accounts, blocks_told}, store_key_, system_random()), SaveMode::kReplace);
}

}  // namespace sotto::signaling
