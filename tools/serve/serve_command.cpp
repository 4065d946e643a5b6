#include "tools/serve/serve_command.hpp"

#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "signaling/link/server_address.hpp"
#include "tools/serve/serve_settings.hpp"

namespace sotto::tools {
namespace {

using signaling::Server;
using signaling::ServerAddress;

int fail(const Error& error) {
  std::fprintf(stderr, "sotto serve: %s\n", error.message.c_str());
  return error.code == ErrorCode::kInvalidArgument ? kWrongUsage : kFailed;
}

/// Where others find the server. A certificate of one's own has no use for a pin: it may come with a new key.
std::vector<std::string> addresses_of(const Server& server, const ServeSettings& settings,
                                      const std::vector<signaling::ListenAddress>& listen) {
  std::vector<std::string> addresses;
  const std::vector<std::string> hosts =
      settings.advertise.empty() ? likely_hosts(listen) : std::vector{settings.advertise};
  for (const std::string& host : hosts) {
    ServerAddress address{host, server.port(), std::nullopt};
    if (settings.certificate.empty()) address.pin = server.key_hash();
    addresses.push_back(to_string(address));
  }
  return addresses;
}

/// Whole or not at all: who waits for the file reads it as soon as it is there.
Result<void> write_port_file(const std::string& file, const std::string& address) {
  const std::string unfinished = file + ".new";
  std::ofstream stream(unfinished, std::ios::trunc);
  stream << address << '\n';
  stream.close();
  if (!stream || std::rename(unfinished.c_str(), file.c_str()) != 0) {
    return Error{ErrorCode::kUnavailable, file + " cannot be written."};
  }
  return {};
}

void greet(const ServeSettings& settings, const signaling::ServerOptions& options,
           const std::vector<std::string>& addresses) {
  std::printf("The server is running. On the other machines:\n\n");
  for (const std::string& address : addresses) std::printf("    --server %s\n", address.c_str());
  if (addresses.size() > 1) std::printf("\nThe first that they can reach is the one to use.");
  std::printf("\nNames and public keys of accounts are kept in %s", options.state.c_str());
  std::printf(settings.certificate.empty() ? ",\nwith the server's key: whoever has pinned it needs it to stay.\n"
                                           : ".\n");
  std::printf("Calls are not written down. Ctrl-C or SIGTERM ends it; SIGHUP makes it read its certificate again.\n");
  std::fflush(stdout);
}

/// The signals that steer the server, kept from every thread but the one that waits for them here.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, number);
    sigprocmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);  // the log may go into a pipe whose reader has gone
  }
  int wait() const {
    int number = 0;
    sigwait(&set_, &number);
    return number;
  }

 private:
  sigset_t set_{};
};

int run(const ServeSettings& settings) {
  Result<signaling::ServerOptions> options = to_server_options(settings);
  if (!options) return fail(options.error());
  options->log = [](std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  };
  const Signals signals;
  Result<std::unique_ptr<Server>> server = Server::start(*options);
  if (!server) return fail(server.error());
  const std::vector<std::string> addresses = addresses_of(**server, settings, options->listen);
  if (!settings.port_file.empty()) {
    if (const Result<void> written = write_port_file(settings.port_file, addresses.front()); !written) {
      return fail(written.error());
    }
  }
  greet(settings, *options, addresses);
  while (signals.wait() == SIGHUP) {
    // The log says it as well, for who has no terminal.
    if (const Result<void> reloaded = (*server)->reload(); !reloaded) (void)fail(reloaded.error());
  }
  (*server)->stop();
  return kDone;
}

}  // namespace

Command serve_command(CLI::App& program) {
  auto settings = std::make_shared<ServeSettings>();
  CLI::App* const serve =
      program.add_subcommand("serve", "Runs a server through which devices find and call each other");
  serve->add_option("--listen", settings->listen, "Address and port, also several times [every address, port 7443]")
      ->type_name("ADDRESS:PORT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  serve
      ->add_option("--state", settings->state,
                   "Folder of the directory and the server's key [$XDG_DATA_HOME/sotto-server or "
                   "~/.local/share/sotto-server]")
      ->type_name("FOLDER");
  serve->add_option("--certificate", settings->certificate, "PEM file with a certificate and its chain, with --key")
      ->type_name("FILE");
  serve->add_option("--key", settings->key, "PEM file with its private key")->type_name("FILE");
  serve->add_option("--registration", settings->registration, "Who may register a name")
      ->check(CLI::IsMember({"open", "invite", "closed"}))
      ->capture_default_str();
  serve->add_option("--invite-file", settings->invite_file, "File with invite codes, one a line, each for one account")
      ->type_name("FILE");
  serve->add_option("--turn", settings->turn, "TURN or STUN server for calls, also several times")
      ->type_name("URI")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  serve
      ->add_option("--turn-secret-file", settings->turn_secret_file,
                   "File with the secret that the TURN server has as well (coturn: static-auth-secret)")
      ->type_name("FILE");
  serve->add_option("--max-links", settings->max_links, "Connections at the same time")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  serve->add_option("--log", settings->log, "Form of the log on stderr")
      ->check(CLI::IsMember({"json", "text"}))
      ->capture_default_str();
  serve->add_option("--advertise", settings->advertise, "Host to print for the others [guessed]")->type_name("HOST");
  serve->add_option("--port-file", settings->port_file, "Write HOST:PORT#PIN there once it listens")->type_name("FILE");
  return {serve, [settings] { return run(*settings); }};
}

}  // namespace sotto::tools
