#pragma once

#include <string>

#include <sotto/result.hpp>
#include "tools/settings/account_options.hpp"

// What the subcommands of `sotto contacts` do; standard output has what was asked for, errors go back.

namespace sotto::tools {

/// What the command line of `sotto contacts` says.
struct ContactsRequest {
  IdentityOptions identity;
  ServerOptions server;  ///< add, block, unblock, remove
  std::string who;       ///< A name, or digits of an account.
  std::string request;   ///< add: the digits of a stranger who has called
  bool yes = false;      ///< add: does not ask
  bool same = false;     ///< verify: the numbers were the same
  bool different = false;
  bool ascii = false;
};

Result<void> add_contact(const ContactsRequest& request);
Result<void> list_contacts(const ContactsRequest& request);
Result<void> list_requests(const ContactsRequest& request);
Result<void> block_account(const ContactsRequest& request);
Result<void> unblock_account(const ContactsRequest& request);
Result<void> remove_account(const ContactsRequest& request);
Result<void> compare_contact(const ContactsRequest& request);

}  // namespace sotto::tools
