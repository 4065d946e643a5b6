#pragma once

#include <string>

#include <sotto/contacts.hpp>
#include <sotto/engine.hpp>
#include <sotto/identity.hpp>
#include <sotto/result.hpp>
#include "tools/settings/passphrase.hpp"
#include "tools/settings/settings.hpp"

namespace CLI {
class App;
}

namespace sotto::tools {

/// How a command opens the identity: --passphrase-file, --passphrase-fd, --insecure-identity.
struct IdentityOptions {
  PassphraseSource passphrase;
};
void add_identity_options(CLI::App& command, IdentityOptions& options);

/// How a command reaches the server: --server, --proxy. What is empty comes from the settings.
struct ServerOptions {
  std::string server;
  std::string proxy;
};
void add_server_options(CLI::App& command, ServerOptions& options);

/// Who the user is and whom they know, with the files locked while this lives.
struct Opened {
  Identity identity;
  Contacts contacts;
};

/// Opens both, asking for the passphrase if need be. Says which command makes an identity if there is none.
Result<Opened> open_identity(const IdentityOptions& options);

/// The settings of the user's folder, with what the command line says in their place. kInvalidArgument, saying what is
/// wrong, if the server or the proxy cannot be read.
Result<Settings> current_settings(const ServerOptions& options);

/// What an engine needs of all this: identity, contacts, server, proxy, and the name to register.
EngineOptions engine_options(const Opened& opened, const Settings& settings);

/// Says what is wrong on standard error as "sotto COMMAND: ..."; returns the exit code for it.
int report_failure(const char* command, const Error& error);

}  // namespace sotto::tools
