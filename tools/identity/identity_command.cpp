#include "tools/identity/identity_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "tools/identity/identity_commands.hpp"

namespace sotto::tools {
namespace {

struct Action {
  CLI::App* parser;
  Result<void> (*run)(const IdentityRequest&);
};

struct Given {
  IdentityRequest request;
  std::vector<Action> actions;
};

int run(const Given& given) {
  for (const Action& action : given.actions) {
    if (!action.parser->parsed()) continue;
    const Result<void> done = action.run(given.request);
    return done ? kDone : report_failure(("identity " + action.parser->get_name()).c_str(), done.error());
  }
  return kWrongUsage;
}

/// A name and a server to have it at.
void add_registration_options(CLI::App& command, IdentityRequest& request) {
  command.add_option("--name", request.name, "What others find the account by: 3 to 32 of a-z 0-9 . _ -");
  add_server_options(command, request.server);
  command
      .add_option("--invite-file", request.invite_file,
                  "Invitation code, for a server that asks for one: the first line of a file that only you can read")
      ->type_name("FILE");
}

void add_new_passphrase_options(CLI::App& command, PassphraseSource& source) {
  CLI::Option* const file =
      command.add_option("--new-passphrase-file", source.file, "The new passphrase, likewise [asked for]");
  file->type_name("FILE");
  CLI::Option* const descriptor =
      command.add_option("--new-passphrase-fd", source.fd,
                         "The same from an open file descriptor; may be that of the old one, which comes first");
  descriptor->type_name("NUMBER")->check(CLI::Range(0, 1 << 20));
  CLI::Option* const insecure =
      command.add_flag("--new-insecure-identity", source.insecure, "No passphrase from now on: the file is the key");
  file->excludes(descriptor)->excludes(insecure);
  descriptor->excludes(insecure);
}

}  // namespace

Command identity_command(CLI::App& program) {
  auto given = std::make_shared<Given>();
  IdentityRequest& request = given->request;
  CLI::App* const identity =
      program.add_subcommand("identity", "Makes and keeps the identity by which others know this device's user");
  identity->require_subcommand(1);
  const auto add = [&](const char* name, const char* description, Result<void> (*action)(const IdentityRequest&)) {
    CLI::App* const command = identity->add_subcommand(name, description);
    add_identity_options(*command, request.identity);
    given->actions.push_back({command, action});
    return command;
  };

  CLI::App* const create = add("create", "Makes a new identity and its recovery key", create_identity);
  create
      ->add_option("--recovery-file", request.recovery_file,
                   "Write the recovery key to a new file instead of showing it")
      ->type_name("FILE");
  add_registration_options(*create, request);

  add("show", "Shows account, device, dates, name and server", show_identity);

  CLI::App* const registering = add("register", "Registers the account's name at the server", register_identity);
  add_registration_options(*registering, request);

  CLI::App* const verify = add("verify", "Shows what to compare with a contact: digits and QR code", verify_contact);
  verify->add_option("CONTACT", request.name, "The contact's name")->required();
  verify->add_flag("--ascii", request.ascii, "Draw the QR code with ASCII letters");

  CLI::App* const change =
      add("change-passphrase", "Seals the identity with a new passphrase", change_passphrase_of_identity);
  add_new_passphrase_options(*change, request.new_passphrase);

  CLI::App* const backup =
      add("backup", "Writes account and contacts to a file that the recovery key opens", back_up_identity);
  backup->add_option("FILE", request.backup, "File to write")->required();
  backup->add_option("--recovery-file", request.recovery_file, "File with the recovery key [asked for]")
      ->type_name("FILE");

  CLI::App* const recover = add(
      "recover", "Brings an account back from a backup, with new keys: the lost device is shut out", recover_identity);
  recover->add_option("FILE", request.backup, "The backup")->required();
  recover->add_option("--recovery-file", request.recovery_file, "File with the recovery key [asked for]")
      ->type_name("FILE");
  add_registration_options(*recover, request);

  return {identity, [given] { return run(*given); }};
}

}  // namespace sotto::tools
