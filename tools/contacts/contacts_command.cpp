#include "tools/contacts/contacts_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "tools/contacts/contacts_commands.hpp"

namespace sotto::tools {
namespace {

struct Action {
  CLI::App* parser;
  Result<void> (*run)(const ContactsRequest&);
};

struct Given {
  ContactsRequest request;
  std::vector<Action> actions;
};

int run(const Given& given) {
  for (const Action& action : given.actions) {
    if (!action.parser->parsed()) continue;
    const Result<void> done = action.run(given.request);
    return done ? kDone : report_failure(("contacts " + action.parser->get_name()).c_str(), done.error());
  }
  return kWrongUsage;
}

}  // namespace

Command contacts_command(CLI::App& program) {
  auto given = std::make_shared<Given>();
  ContactsRequest& request = given->request;
  CLI::App* const contacts = program.add_subcommand("contacts", "Whom this device knows, and who may ring here");
  contacts->require_subcommand(1);
  const auto add = [&](const char* name, const char* description, Result<void> (*action)(const ContactsRequest&)) {
    CLI::App* const command = contacts->add_subcommand(name, description);
    add_identity_options(*command, request.identity);
    given->actions.push_back({command, action});
    return command;
  };
  const auto takes_account = [&](CLI::App* command) {
    command->add_option("WHO", request.who, "A contact's name, or eight digits or more of its account")->required();
    return command;
  };

  CLI::App* const adding = add("add", "Looks a name up and makes the account a contact", add_contact);
  adding->add_option("NAME", request.who, "The name that the account is registered with")->required();
  adding
      ->add_option("--request", request.request,
                   "Add this account, which has called (see requests), by the name; the server is not asked")
      ->type_name("ACCOUNT");
  adding->add_flag("--yes", request.yes,
                   "Do not ask: compare the safety number later. Never gives up one that was compared");
  add_server_options(*adding, request.server);

  add("list", "Shows all contacts", list_contacts);
  add("requests", "Shows who has called without being a contact", list_requests);
  for (CLI::App* const command :
       {add("block", "Neither hears nor answers an account, and has the server hide this one from it", block_account),
        add("unblock", "Undoes block", unblock_account),
        add("remove", "Forgets an account and its keys", remove_account)}) {
    takes_account(command);
    add_server_options(*command, request.server);
  }

  CLI::App* const verify =
      takes_account(add("verify", "Shows the safety number, or notes what comparing it gave", compare_contact));
  CLI::Option* const same = verify->add_flag("--same", request.same, "The other side's number is the same");
  verify->add_flag("--different", request.different, "It is not")->excludes(same);
  verify->add_flag("--ascii", request.ascii, "Draw the QR code with ASCII letters");

  return {contacts, [given] { return run(*given); }};
}

}  // namespace sotto::tools
