#include <sotto/contacts.hpp>

#include <algorithm>

#include "engine/contact_book.hpp"
#include "engine/identity_access.hpp"

namespace sotto {

using engine::ContactBook;
using signaling::KnownAccount;

namespace {

ContactView view_of(const KnownAccount& known) {
  ContactView view;
  view.account = known.pinned.account.bytes;
  view.name = known.name;
  view.added = known.added;
  view.blocked = known.blocked;
  view.verified = known.verified;
  view.key_changed = known.key_changed;
  view.was_verified = known.was_verified;
  view.hide_address = known.hide_address;
  if (known.last_request != WallTime{}) view.last_request = known.last_request;
  view.name_hint = known.name_hint;
  return view;
}

}  // namespace

Contacts::Contacts(Identity self)
    : book_(std::make_shared<ContactBook>(engine::IdentityAccess::state(self).keeper())) {}

Result<Contacts> Contacts::open(const std::filesystem::path& path, Identity self) {
  const auto& state = engine::IdentityAccess::state(self);
  if (state.store_key() == nullptr) {
    return Error{ErrorCode::kInvalidArgument, "contacts of an identity in memory are kept in memory"};
  }
  auto store = signaling::ContactStore::open(path, state.store_key()->clone());
  if (!store) return store.error();
  return Contacts(std::make_shared<ContactBook>(state.keeper(), std::move(*store)));
}

std::vector<ContactView> Contacts::list() const {
  std::vector<ContactView> views;
  for (const KnownAccount& known : book_->accounts()) {
    if (known.added || known.blocked) views.push_back(view_of(known));
  }
  std::ranges::sort(views, {}, &ContactView::name);
  return views;
}

std::vector<ContactView> Contacts::requests() const {
  std::vector<ContactView> views;
  for (const KnownAccount& known : book_->accounts()) {
    if (!known.added && !known.blocked && known.last_request != WallTime{}) views.push_back(view_of(known));
  }
  std::ranges::sort(views, std::ranges::greater{}, &ContactView::last_request);
  return views;
}

std::optional<ContactView> Contacts::find(const AccountId& account) const {
  const auto known = book_->find(account);
  return known ? std::optional(view_of(*known)) : std::nullopt;
}

std::optional<ContactView> Contacts::find(std::string_view name) const {
  const auto known = book_->find(name);
  return known ? std::optional(view_of(*known)) : std::nullopt;
}

Result<AccountId> Contacts::add(std::string_view name, std::span<const uint8_t> bundle) {
  return book_->add(name, bundle, wall_now());
}

Result<void> Contacts::add_stranger(const AccountId& account, std::string_view name) {
  return book_->add_stranger(account, name, wall_now());
}

Result<void> Contacts::remove(const AccountId& account) { return book_->remove(account); }

Result<void> Contacts::block(const AccountId& account) {
  return book_->update(account, [](KnownAccount& known) { known.blocked = true; });
}

Result<void> Contacts::unblock(const AccountId& account) {
  return book_->update(account, [](KnownAccount& known) { known.blocked = false; });
}

Result<void> Contacts::set_hide_address(const AccountId& account, bool hide) {
  return book_->update(account, [hide](KnownAccount& known) { known.hide_address = hide; });
}

Result<void> Contacts::set_verified(const AccountId& account, bool same) {
  return book_->update(account, [same](KnownAccount& known) {
    known.verified = same;
    if (same) known.key_changed = known.was_verified = false;
  });
}

Result<void> Contacts::acknowledge_key(const AccountId& account) {
  return book_->update(account, [](KnownAccount& known) { known.key_changed = known.was_verified = false; });
}

Result<std::string> Contacts::safety_number(const AccountId& account) const {
  const auto known = book_->find(account);
  if (!known) return Error{ErrorCode::kInvalidArgument, "this account is not known here"};
  return book_->safety_number(known->pinned.account, known->pinned.root);
}

}  // namespace sotto
