#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/contacts.hpp>
#include <sotto/engine.hpp>
#include <sotto/result.hpp>

namespace sotto::tools {

/// One line a contact: name, account, and what is special about it.
std::string describe_contacts(const std::vector<ContactView>& contacts);

/// One line a stranger who has called, and what can be done about them.
std::string describe_requests(const std::vector<ContactView>& requests);

/// What the directory has found, for the user to decide about.
std::string describe_found(const FoundAccount& found);

/// The account that the user means by a name or by the first eight or more hexadecimal digits of an account.
/// kUnavailable if there is none, kInvalidArgument if there are several.
Result<ContactView> pick_account(const std::vector<ContactView>& accounts, std::string_view text);

}  // namespace sotto::tools
