#include "tools/contacts/found_contact.hpp"

#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "tools/contacts/contact_text.hpp"
#include "tools/settings/terminal.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kFindPatience = 30s;

/// Whether the user has ever compared a number with this contact that is not to be given up in passing.
bool was_compared(const Contacts& contacts, const AccountId& account) {
  const std::optional<ContactView> known = contacts.find(account);
  return known && (known->verified || known->was_verified);
}

Result<void> confirm_new_keys(const Contacts& contacts, const FoundAccount& found, bool yes) {
  if (!was_compared(contacts, found.account)) return confirm("Call " + found.name + " by the new keys?", yes);
  if (yes) {
    return Error{ErrorCode::kRefused, "You have compared the number of " + found.name +
                                          " before, and this is another one: --yes does not take it over. Compare it "
                                          "with " +
                                          found.name + " in person. If it is the same there: sotto contacts add " +
                                          found.name + " without --yes, then sotto contacts verify " + found.name +
                                          " --same."};
  }
  return confirm("This is not the number that you have compared. Call " + found.name + " by the new keys?", false);
}

}  // namespace

Result<FoundAccount> find_in_directory(Engine& engine, const std::string& name) {
  const auto answer = std::make_shared<std::promise<Result<FoundAccount>>>();
  std::future<Result<FoundAccount>> arriving = answer->get_future();
  engine.find(name, [answer](Result<FoundAccount> found) { answer->set_value(std::move(found)); });
  if (arriving.wait_for(kFindPatience) != std::future_status::ready) {
    return Error{ErrorCode::kTimeout, "The server does not answer the question about this name."};
  }
  return arriving.get();
}

Result<void> confirm(const std::string& question, bool yes) {
  if (yes) return {};
  Result<Terminal> terminal = Terminal::open();
  if (!terminal) return Error{ErrorCode::kUnavailable, "There is no terminal to ask on: give --yes."};
  if (terminal->ask_yes_no(question + " [y/N] ")) return {};
  return Error{ErrorCode::kRefused, "Nothing was changed."};
}

Result<void> take_over(Contacts contacts, const FoundAccount& found, bool yes, std::FILE* to) {
  std::fputs(describe_found(found).c_str(), to);
  std::fflush(to);
  switch (found.standing) {
    case FoundAccount::Standing::kOtherPerson:
      return Error{ErrorCode::kRefused,
                   "If you know that it is the same person: sotto contacts remove " + found.name + ", then add again."};
    case FoundAccount::Standing::kKeyChanged:
      if (const auto asked = confirm_new_keys(contacts, found, yes); !asked) return asked;
      break;
    case FoundAccount::Standing::kNew:
      if (const auto asked = confirm("Add " + found.name + "?", yes); !asked) return asked;
      break;
    case FoundAccount::Standing::kContact:
      break;
  }
  const Result<AccountId> added = contacts.add(found.name, found.bundle);
  if (!added) return added.error();
  if (found.standing == FoundAccount::Standing::kKeyChanged) {
    if (const Result<void> told = contacts.acknowledge_key(*added); !told) return told;
  }
  std::fprintf(to, "%s is a contact.\n", found.name.c_str());
  return {};
}

}  // namespace sotto::tools
