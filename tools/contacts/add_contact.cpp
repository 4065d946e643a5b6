#include <cstdio>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "signaling/identity/name.hpp"
#include "tools/contacts/contact_text.hpp"
#include "tools/contacts/contacts_commands.hpp"
#include "tools/settings/signed_in.hpp"
#include "tools/settings/terminal.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kFindPatience = 30s;

Result<FoundAccount> find_in_directory(Engine& engine, const std::string& name) {
  const auto answer = std::make_shared<std::promise<Result<FoundAccount>>>();
  std::future<Result<FoundAccount>> arriving = answer->get_future();
  engine.find(name, [answer](Result<FoundAccount> found) { answer->set_value(std::move(found)); });
  if (arriving.wait_for(kFindPatience) != std::future_status::ready) {
    return Error{ErrorCode::kTimeout, "The server does not answer the question about this name."};
  }
  return arriving.get();
}

Result<void> ask_whether(const std::string& question, const ContactsRequest& request) {
  if (request.yes) return {};
  Result<Terminal> terminal = Terminal::open();
  if (!terminal) return Error{ErrorCode::kUnavailable, "There is no terminal to ask on: give --yes."};
  if (terminal->ask_yes_no(question + " [y/N] ")) return {};
  return Error{ErrorCode::kRefused, "Nothing was changed."};
}

/// What has been found becomes, or stays, a contact if the user wants it.
Result<void> take_over(Contacts contacts, const FoundAccount& found, const ContactsRequest& request) {
  std::fputs(describe_found(found).c_str(), stdout);
  std::fflush(stdout);
  switch (found.standing) {
    case FoundAccount::Standing::kOtherPerson:
      return Error{ErrorCode::kRefused,
                   "If you know that it is the same person: sotto contacts remove " + found.name + ", then add again."};
    case FoundAccount::Standing::kKeyChanged:
      if (const auto asked = ask_whether("Call " + found.name + " by the new keys?", request); !asked) return asked;
      break;
    case FoundAccount::Standing::kNew:
      if (const auto asked = ask_whether("Add " + found.name + "?", request); !asked) return asked;
      break;
    case FoundAccount::Standing::kContact:
      break;
  }
  const Result<AccountId> added = contacts.add(found.name, found.bundle);
  if (!added) return added.error();
  if (found.standing == FoundAccount::Standing::kKeyChanged) {
    if (const Result<void> told = contacts.acknowledge_key(*added); !told) return told;
  }
  std::printf("%s is a contact.\n", found.name.c_str());
  return {};
}

/// Makes a stranger who has called a contact; the server is not asked.
Result<void> add_caller(Contacts contacts, const std::string& name, const ContactsRequest& request) {
  const Result<ContactView> caller = pick_account(contacts.requests(), request.request);
  if (!caller) return caller.error();
  const Result<std::string> number = contacts.safety_number(caller->account);
  if (!number) return number.error();
  std::printf("The safety number with the account that called:\n\n%s\n\n", number->c_str());
  std::fflush(stdout);
  if (const auto asked = ask_whether("Add it as " + name + "?", request); !asked) return asked;
  if (const Result<void> added = contacts.add_stranger(caller->account, name); !added) return added;
  std::printf("%s is a contact.\n", name.c_str());
  return {};
}

}  // namespace

Result<void> add_contact(const ContactsRequest& request) {
  const std::optional<std::string> name = signaling::normal_name(request.who);
  if (!name) {
    return Error{ErrorCode::kInvalidArgument,
                 "\"" + request.who + "\" cannot be a name: 3 to 32 of a-z 0-9 . _ -, first a letter."};
  }
  const Result<Settings> settings = current_settings(request.server);
  if (!settings) return settings.error();
  const Result<Opened> opened = open_identity(request.identity);
  if (!opened) return opened.error();
  if (!request.request.empty()) return add_caller(opened->contacts, *name, request);
  const Result<SignedIn> signed_in = sign_in(engine_options(*opened, *settings));
  if (!signed_in) return signed_in.error();
  const Result<FoundAccount> found = find_in_directory(*signed_in->engine, *name);
  if (!found) return found.error();
  return take_over(opened->contacts, *found, request);
}

}  // namespace sotto::tools
