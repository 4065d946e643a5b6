#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "signaling/identity/name.hpp"
#include "tools/contacts/contact_text.hpp"
#include "tools/contacts/contacts_commands.hpp"
#include "tools/contacts/found_contact.hpp"
#include "tools/settings/signed_in.hpp"

namespace sotto::tools {
namespace {

/// Makes a stranger who has called a contact; the server is not asked.
Result<void> add_caller(Contacts contacts, const std::string& name, const ContactsRequest& request) {
  const Result<ContactView> caller = pick_account(contacts.requests(), request.request);
  if (!caller) return caller.error();
  const Result<std::string> number = contacts.safety_number(caller->account);
  if (!number) return number.error();
  std::printf("The safety number with the account that called:\n\n%s\n\n", number->c_str());
  std::fflush(stdout);
  if (const auto asked = confirm("Add it as " + name + "?", request.yes); !asked) return asked;
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
  return take_over(opened->contacts, *found, request.yes, stdout);
}

}  // namespace sotto::tools
