#pragma once

#include <string>

#include <sotto/result.hpp>
#include "tools/settings/account_options.hpp"
#include "tools/settings/passphrase.hpp"

// What the subcommands of `sotto identity` do; standard output has what was asked for, errors go back.

namespace sotto::tools {

/// What the command line of `sotto identity` says.
struct IdentityRequest {
  IdentityOptions identity;
  PassphraseSource new_passphrase;  ///< change-passphrase
  ServerOptions server;             ///< create, recover, register
  std::string name;                 ///< create, recover, register: to be registered; verify: a contact's
  std::string invite_file;          ///< register, create
  std::string recovery_file;        ///< create: written; backup, recover: read
  std::string backup;               ///< backup, recover
  bool ascii = false;               ///< verify
};

// Those that make an identity where there is none. With a server and a name they register it at once.
Result<void> create_identity(const IdentityRequest& request);
Result<void> recover_identity(const IdentityRequest& request);

// Those that work on the one there is.
Result<void> show_identity(const IdentityRequest& request);
Result<void> register_identity(const IdentityRequest& request);
Result<void> verify_contact(const IdentityRequest& request);
Result<void> change_passphrase_of_identity(const IdentityRequest& request);
Result<void> back_up_identity(const IdentityRequest& request);

}  // namespace sotto::tools
