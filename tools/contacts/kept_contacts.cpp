#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "engine/contact_book.hpp"
#include "engine/identity_access.hpp"
#include "tools/contacts/contact_text.hpp"
#include "tools/contacts/contacts_commands.hpp"
#include "tools/contacts/told_blocks.hpp"
#include "tools/identity/verification_text.hpp"

namespace sotto::tools {
namespace {

struct Picked {
  Opened opened;
  ContactView account;
};

/// Contacts, and with `strangers` also those who have called.
Result<Picked> open_and_pick(const ContactsRequest& request, bool strangers) {
  Result<Opened> opened = open_identity(request.identity);
  if (!opened) return opened.error();
  std::vector<ContactView> accounts = opened->contacts.list();
  if (strangers) {
    for (ContactView& stranger : opened->contacts.requests()) accounts.push_back(std::move(stranger));
  }
  Result<ContactView> account = pick_account(accounts, request.who);
  if (!account) return account.error();
  return Picked{std::move(*opened), std::move(*account)};
}

}  // namespace

Result<void> list_contacts(const ContactsRequest& request) {
  const Result<Opened> opened = open_identity(request.identity);
  if (!opened) return opened.error();
  std::fputs(describe_contacts(opened->contacts.list()).c_str(), stdout);
  return {};
}

Result<void> list_requests(const ContactsRequest& request) {
  const Result<Opened> opened = open_identity(request.identity);
  if (!opened) return opened.error();
  std::fputs(describe_requests(opened->contacts.requests()).c_str(), stdout);
  return {};
}

Result<void> block_account(const ContactsRequest& request) {
  Result<Picked> picked = open_and_pick(request, true);
  if (!picked) return picked.error();
  if (const Result<void> done = picked->opened.contacts.block(picked->account.account); !done) return done;
  std::puts("Blocked: calls from there are dropped without an answer.");
  tell_blocks(picked->opened, request.server);
  return {};
}

Result<void> unblock_account(const ContactsRequest& request) {
  Result<Picked> picked = open_and_pick(request, false);
  if (!picked) return picked.error();
  if (const Result<void> done = picked->opened.contacts.unblock(picked->account.account); !done) return done;
  std::puts("No longer blocked.");
  tell_blocks(picked->opened, request.server);
  return {};
}

Result<void> remove_account(const ContactsRequest& request) {
  Result<Picked> picked = open_and_pick(request, true);
  if (!picked) return picked.error();
  if (const Result<void> done = picked->opened.contacts.remove(picked->account.account); !done) return done;
  std::puts("Removed, with its keys: whoever is added by that name next is trusted anew.");
  tell_blocks(picked->opened, request.server);
  return {};
}

Result<void> compare_contact(const ContactsRequest& request) {
  Result<Picked> picked = open_and_pick(request, false);
  if (!picked) return picked.error();
  Contacts& contacts = picked->opened.contacts;
  const AccountId& account = picked->account.account;
  if (!request.same && !request.different) {
    const auto known = engine::ContactsAccess::book(contacts)->find(account);
    if (!known) return Error{ErrorCode::kUnavailable, "This contact has just been removed."};
    const auto self = engine::IdentityAccess::state(picked->opened.identity).keeper()->current();
    const Result<std::string> text = describe_verification(*self, *known, qr_style_for_output(request.ascii));
    if (!text) return text.error();
    std::printf("%s\nIf the other side shows the same digits: sotto contacts verify %s --same; if not: --different\n",
                text->c_str(), request.who.c_str());
    return {};
  }
  if (const Result<void> set = contacts.set_verified(account, request.same); !set) return set;
  if (request.different) {
    std::puts(
        "Not verified. Different numbers mean that the keys which this device knows are not those of the other: "
        "somebody\nmay stand between you. Remove the contact and add it again over another network; do not call until "
        "they agree.");
    return {};
  }
  if (picked->account.key_changed) {
    if (const Result<void> told = contacts.acknowledge_key(account); !told) return told;
  }
  std::puts("Verified: from now on any change of its keys is told.");
  return {};
}

}  // namespace sotto::tools
