#include "engine/contact_book.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "signaling/identity/identity_bundle.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/identity/safety_number.hpp"

namespace sotto::engine {
namespace {

using signaling::Contact;
using signaling::KnownAccount;

// HANDSHAKE 7: requests of strangers that are noted.
constexpr size_t kMaxRequests = 20;
constexpr std::chrono::hours kRequestWindow{24};
// People met in calls who may still be added: as many as a person would remember.
constexpr size_t kMaxMet = 32;

bool holds_list(const Contact& contact) {
  const auto bundle = signaling::parse_bundle(contact.bundle);
  return bundle && bundle->device_list.has_value();
}

// A name as the directory would have it; an empty one stays empty.
Result<std::string> proper_name(std::string_view typed) {
  if (typed.empty()) return std::string();
  auto name = signaling::normal_name(typed);
  if (name) return *std::move(name);
  return Error{ErrorCode::kInvalidArgument,
               "a contact is called by its name in the directory: 3 to 32 of a-z 0-9 . _ -, first a letter"};
}

// Takes over what `seen`, proven to be the same account, knows better. Returns whether anything changed.
bool merge(KnownAccount& known, const Contact& seen) {
  Contact& pinned = known.pinned;
  if (seen.root_rotations < pinned.root_rotations || seen.list_version < pinned.list_version) return false;
  const bool new_root = seen.root_rotations > pinned.root_rotations;
  const bool new_list = seen.list_version > pinned.list_version;
  const bool newer_keys = seen.device != pinned.device ? new_list : seen.agree_key_epoch >= pinned.agree_key_epoch;
  const bool whole = newer_keys && seen.bundle != pinned.bundle && holds_list(seen);
  if (new_root) {
    known.was_verified = known.added && (known.verified || known.was_verified);
    known.verified = false;
    known.key_changed = known.added;
  }
  if (whole) {
    pinned = seen;
  } else {
    pinned.root = seen.root;
    pinned.root_rotations = seen.root_rotations;
    pinned.list_version = seen.list_version;
    pinned.list_hash = seen.list_hash;
  }
  return new_root || new_list || whole;
}

}  // namespace

ContactBook::ContactBook(std::shared_ptr<signaling::IdentityKeeper> self, signaling::ContactStore store)
    : self_(std::move(self)),
      store_(std::move(store)),
      accounts_(store_.accounts()),
      blocks_told_(store_.blocks_told()) {
  for (const KnownAccount& account : accounts_) {
    if (account.last_request != WallTime{}) requests_.push_back(account.last_request);
  }
  std::ranges::sort(requests_);
}

KnownAccount* ContactBook::find_locked(const AccountId& account) {
  const auto found =
      std::ranges::find(accounts_, account, [](const KnownAccount& k) { return k.pinned.account.bytes; });
  return found == accounts_.end() ? nullptr : &*found;
}

std::optional<KnownAccount> ContactBook::find(const AccountId& account) const {
  const std::lock_guard lock(mutex_);
  const KnownAccount* found = const_cast<ContactBook*>(this)->find_locked(account);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<KnownAccount> ContactBook::find(std::string_view name) const {
  const auto wanted = signaling::normal_name(name);
  if (!wanted) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(accounts_, [&wanted](const KnownAccount& known) {
    return known.name == *wanted && (known.added || known.blocked);
  });
  return found == accounts_.end() ? std::nullopt : std::optional(*found);
}

std::vector<KnownAccount> ContactBook::accounts() const {
  const std::lock_guard lock(mutex_);
  return accounts_;
}

std::string ContactBook::safety_number(const signaling::AccountId& account, const Ed25519PublicKey& root) const {
  const auto self = self_->current();
  return signaling::format_safety_number(signaling::safety_number(self->account(), self->root_key(), account, root));
}

Result<AccountId> ContactBook::add(std::string_view name, ByteView bundle, WallTime now) {
  auto proper = proper_name(name);
  if (!proper) return proper.error();
  const std::lock_guard writing(writing_);
  auto contact = signaling::verify_bundle(bundle, now);
  if (!contact) return contact.error();
  const AccountId account = contact->account.bytes;
  KnownAccount wanted;
  if (auto known = find(account)) {
    contact = signaling::verify_bundle(bundle, now, &known->pinned);
    if (!contact) return contact.error();
    wanted = std::move(*known);
    merge(wanted, *contact);
    if (contact->device != wanted.pinned.device) wanted.pinned = std::move(*contact);
  } else {
    wanted.pinned = std::move(*contact);
  }
  if (!wanted.added) wanted.added_at = now;
  wanted.added = true;
  wanted.last_request = {};
  if (!proper->empty()) wanted.name = std::move(*proper);
  if (const auto written = put(std::move(wanted)); !written) return written.error();
  return account;
}

Result<void> ContactBook::update(const AccountId& account, const std::function<void(KnownAccount&)>& change) {
  bool blocks_changed = false;
  {
    const std::lock_guard writing(writing_);
    auto known = find(account);
    if (!known) return Error{ErrorCode::kInvalidArgument, "this account is not known here"};
    const bool was_blocked = known->blocked;
    change(*known);
    blocks_changed = known->blocked != was_blocked;
    if (const auto written = put(std::move(*known)); !written) return written;
  }
  if (blocks_changed) tell_blocks_changed();
  return {};
}

// With writing_ held. What calls have taught meanwhile is kept: it only moves forward.
Result<void> ContactBook::put(KnownAccount account) {
  if (const auto written = store_.put(account); !written) return written;
  const std::lock_guard lock(mutex_);
  if (KnownAccount* known = find_locked(account.pinned.account.bytes)) {
    if (merge(account, known->pinned)) unsaved_.insert(account.pinned.account.bytes);
    *known = std::move(account);
  } else {
    accounts_.push_back(std::move(account));
  }
  // The store makes room by itself: whoever it has forgotten is forgotten here, too.
  std::erase_if(accounts_, [this](const KnownAccount& known) {
    const AccountId& id = known.pinned.account.bytes;
    return store_.find(signaling::AccountId{id}) == nullptr && !unsaved_.contains(id);
  });
  return {};
}

Result<void> ContactBook::remove(const AccountId& account) {
  bool blocks_changed = false;
  {
    const std::lock_guard writing(writing_);
    const auto known = find(account);
    if (!known) return Error{ErrorCode::kInvalidArgument, "this account is not known here"};
    blocks_changed = known->blocked;
    if (store_.find(signaling::AccountId{account}) != nullptr) {
      if (const auto removed = store_.remove(signaling::AccountId{account}); !removed) return removed;
    }
    const std::lock_guard lock(mutex_);
    unsaved_.erase(account);
    std::erase_if(accounts_, [&](const KnownAccount& other) { return other.pinned.account.bytes == account; });
  }
  if (blocks_changed) tell_blocks_changed();
  return {};
}

std::vector<AccountId> ContactBook::blocked() const {
  const std::lock_guard lock(mutex_);
  std::vector<AccountId> blocked;
  for (const KnownAccount& known : accounts_) {
    if (known.blocked) blocked.push_back(known.pinned.account.bytes);
  }
  return blocked;
}

std::optional<Sha256Digest> ContactBook::blocks_told() const {
  const std::lock_guard lock(mutex_);
  return blocks_told_;
}

Result<void> ContactBook::set_blocks_told(const Sha256Digest& digest) {
  {
    const std::lock_guard writing(writing_);
    if (const auto written = store_.set_blocks_told(digest); !written) return written;
    const std::lock_guard lock(mutex_);
    blocks_told_ = digest;
  }
  tell_blocks_changed();
  return {};
}

std::shared_ptr<const void> ContactBook::watch_blocks(std::function<void()> on_change) {
  auto watcher = std::make_shared<const std::function<void()>>(std::move(on_change));
  const std::lock_guard lock(mutex_);
  std::erase_if(block_watchers_, [](const auto& other) { return other.expired(); });
  block_watchers_.push_back(watcher);
  return watcher;
}

void ContactBook::tell_blocks_changed() {
  std::vector<std::weak_ptr<const std::function<void()>>> watchers;
  {
    const std::lock_guard lock(mutex_);
    watchers = block_watchers_;
  }
  for (const auto& watcher : watchers) {
    if (const auto on_change = watcher.lock()) (*on_change)();
  }
}

Result<void> ContactBook::add_stranger(const AccountId& account, std::string_view name, WallTime now) {
  auto proper = proper_name(name);
  if (!proper) return proper.error();
  const std::lock_guard writing(writing_);
  auto known = find(account);
  if (!known) {
    const std::lock_guard lock(mutex_);
    const auto met = std::ranges::find(met_, account, [](const Contact& contact) { return contact.account.bytes; });
    if (met == met_.end()) return Error{ErrorCode::kInvalidArgument, "this account has not called lately"};
    known.emplace().pinned = *met;
  }
  if (!known->added) known->added_at = now;
  known->added = true;
  known->last_request = {};
  if (!proper->empty()) known->name = std::move(*proper);
  return put(std::move(*known));
}

void ContactBook::meet(const Contact& stranger) {
  const std::lock_guard lock(mutex_);
  std::erase_if(met_, [&](const Contact& contact) { return contact.account == stranger.account; });
  met_.push_back(stranger);
  if (met_.size() > kMaxMet) met_.pop_front();
}

bool ContactBook::learn(const Contact& proven) {
  const std::lock_guard lock(mutex_);
  KnownAccount* known = find_locked(proven.account.bytes);
  if (known == nullptr || !merge(*known, proven)) return false;
  unsaved_.insert(proven.account.bytes);
  return true;
}

bool ContactBook::note_request(const Contact& caller, std::string_view name_hint, WallTime now) {
  const std::lock_guard lock(mutex_);
  while (!requests_.empty() && requests_.front() <= now - kRequestWindow) requests_.pop_front();
  if (requests_.size() >= kMaxRequests) return false;
  KnownAccount* known = find_locked(caller.account.bytes);
  if (known == nullptr) {
    accounts_.emplace_back();
    known = &accounts_.back();
    known->pinned = caller;
  }
  if (known->added || known->blocked) return false;
  requests_.push_back(now);
  known->last_request = now;
  known->name_hint = name_hint;
  unsaved_.insert(caller.account.bytes);
  return true;
}

void ContactBook::save() {
  const std::lock_guard writing(writing_);
  for (;;) {
    std::optional<KnownAccount> account;
    {
      const std::lock_guard lock(mutex_);
      if (unsaved_.empty()) return;
      const KnownAccount* known = find_locked(*unsaved_.begin());
      unsaved_.erase(unsaved_.begin());
      if (known != nullptr) account = *known;
    }
    if (!account) continue;
    if (const auto written = store_.put(std::move(*account)); !written) {
      log(LogLevel::kWarning, "engine", "what was learned of an account is not kept: " + written.error().message);
    }
  }
}

}  // namespace sotto::engine
