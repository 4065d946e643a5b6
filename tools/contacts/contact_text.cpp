#include "tools/contacts/contact_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "signaling/identity/name.hpp"
#include "tools/identity/identity_text.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kMinDigits = 8;
constexpr size_t kNameColumn = 34;
constexpr size_t kHintColumn = 34;

std::string digits_of(const AccountId& account) {
  std::string text = hexadecimal(account);
  std::erase(text, ' ');
  return text;
}

std::string short_digits(const AccountId& account) { return digits_of(account).substr(0, 2 * kMinDigits); }

std::string column(std::string text, size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

std::string marks(const ContactView& contact) {
  std::string text;
  const auto add = [&](bool is, std::string_view mark) {
    if (!is) return;
    if (!text.empty()) text += ", ";
    text += mark;
  };
  add(contact.blocked, "blocked");
  add(contact.key_changed, "NEW KEYS: compare the safety number");
  add(contact.verified, "verified");
  add(!contact.verified && !contact.key_changed && !contact.blocked, "not verified");
  add(contact.hide_address, "through relays only");
  return text;
}

/// What a stranger says of itself must not steer the terminal.
std::string harmless(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    result += std::isprint(static_cast<unsigned char>(letter)) != 0 ? letter : '?';
  }
  return result;
}

}  // namespace

std::string describe_contacts(const std::vector<ContactView>& contacts) {
  if (contacts.empty()) return "There are no contacts yet. Add one: sotto contacts add NAME\n";
  std::string text;
  for (const ContactView& contact : contacts) {
    text += column(contact.name.empty() ? "(no name)" : harmless(contact.name), kNameColumn) +
            short_digits(contact.account) + "  " + marks(contact) + "\n";
  }
  return text;
}

std::string describe_requests(const std::vector<ContactView>& requests) {
  if (requests.empty()) return "Nobody who is no contact has called.\n";
  std::string text = "Who has called without being a contact; the names are what they claim, and prove nothing:\n\n";
  for (const ContactView& request : requests) {
    const std::string claim = request.name_hint.empty() ? "(no name)" : "\"" + harmless(request.name_hint) + "\"";
    text += column(claim, kHintColumn) + short_digits(request.account);
    if (request.last_request) text += "  " + calendar_text(*request.last_request);
    text += "\n";
  }
  text +=
      "\nTo make one a contact: sotto contacts add NAME --request ACCOUNT\n"
      "To hear no more of one: sotto contacts block ACCOUNT\n";
  return text;
}

std::string describe_found(const FoundAccount& found) {
  std::string text;
  switch (found.standing) {
    case FoundAccount::Standing::kNew:
      text = "The server says that this is " + found.name +
             ". Nothing but the safety number proves it; compare it by a way\nthat you trust, now or later (sotto "
             "contacts verify " +
             found.name + "):\n";
      break;
    case FoundAccount::Standing::kContact:
      text = found.name + " is a contact already, with the keys that it had.\n";
      break;
    case FoundAccount::Standing::kKeyChanged:
      text = found.name +
             " has new keys, made with its recovery key: a new device, or somebody who has found the\nrecovery key. "
             "Compare the safety number again:\n";
      break;
    case FoundAccount::Standing::kOtherPerson:
      text = "ANOTHER account has the name " + found.name +
             " on this server now. It may be the same person with a new\naccount, or somebody else. This is its "
             "safety number:\n";
      break;
  }
  return text + "\n" + found.safety_number + "\n\n";
}

Result<ContactView> pick_account(const std::vector<ContactView>& accounts, std::string_view text) {
  const std::string name = signaling::normal_name(text).value_or(std::string(text));
  const auto named = std::ranges::find_if(accounts, [&](const ContactView& account) { return account.name == name; });
  if (!name.empty() && named != accounts.end()) return *named;
  const std::string nobody =
      "There is no \"" + harmless(text) + "\" here: see sotto contacts list, sotto contacts requests.";
  if (text.size() < kMinDigits) return Error{ErrorCode::kUnavailable, nobody};
  std::optional<ContactView> found;
  for (const ContactView& account : accounts) {
    if (!digits_of(account.account).starts_with(text)) continue;
    if (found) return Error{ErrorCode::kInvalidArgument, "Several accounts begin like this: give more digits."};
    found = account;
  }
  if (!found) return Error{ErrorCode::kUnavailable, nobody};
  return *found;
}

}  // namespace sotto::tools
