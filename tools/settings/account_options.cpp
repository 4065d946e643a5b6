#include "tools/settings/account_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

#include "signaling/link/server_address.hpp"
#include "tools/command.hpp"

namespace sotto::tools {

void add_identity_options(CLI::App& command, IdentityOptions& options) {
  PassphraseSource& passphrase = options.passphrase;
  CLI::Option* const file =
      command.add_option("--passphrase-file", passphrase.file,
                         "Passphrase of the identity, the first line of a file that only you can read [asked for]");
  file->type_name("FILE");
  CLI::Option* const descriptor =
      command.add_option("--passphrase-fd", passphrase.fd, "The same from an open file descriptor");
  descriptor->type_name("NUMBER")->check(CLI::Range(0, 1 << 20));
  CLI::Option* const insecure =
      command.add_flag("--insecure-identity", passphrase.insecure, "There is no passphrase: the file is the key");
  file->excludes(descriptor)->excludes(insecure);
  descriptor->excludes(insecure);
}

void add_server_options(CLI::App& command, ServerOptions& options) {
  command.add_option("--server", options.server, "Server to sign in to, as `sotto serve` prints it [settings.json]")
      ->type_name("HOST:PORT#PIN");
  command.add_option("--proxy", options.proxy, "Way to the server: http://HOST:PORT or socks5://HOST:PORT")
      ->type_name("URL");
}

Result<Opened> open_identity(const IdentityOptions& options) {
  const Result<Places> places = find_places_with_identity();
  if (!places) return places.error();
  const Result<SecretBytes> passphrase = read_passphrase(options.passphrase);
  if (!passphrase) return passphrase.error();
  Result<Identity> identity = Identity::open(places->identity(), as_text(*passphrase));
  if (!identity) return identity.error();
  Result<Contacts> contacts = Contacts::open(places->contacts(), *identity);
  if (!contacts) return contacts.error();
  return Opened{std::move(*identity), std::move(*contacts)};
}

Result<Settings> current_settings(const ServerOptions& options) {
  const Result<Places> places = find_places();
  if (!places) return places.error();
  Result<Settings> settings = load_settings(places->settings());
  if (!settings) return settings;
  if (!options.server.empty()) settings->server = options.server;
  if (!options.proxy.empty()) settings->proxy = options.proxy;
  if (!settings->server.empty()) {
    if (const auto address = signaling::parse_server_address(settings->server); !address) return address.error();
  }
  if (!settings->proxy.empty()) {
    if (const auto address = signaling::parse_proxy_address(settings->proxy); !address) return address.error();
  }
  return settings;
}

EngineOptions engine_options(const Opened& opened, const Settings& settings) {
  return {.identity = opened.identity,
          .server = settings.server,
          .proxy = settings.proxy,
          .register_name = settings.name,
          .contacts = opened.contacts};
}

int report_failure(const char* command, const Error& error) {
  std::fprintf(stderr, "sotto %s: %s\n", command, error.message.c_str());
  return error.code == ErrorCode::kInvalidArgument ? kWrongUsage : kFailed;
}

}  // namespace sotto::tools
