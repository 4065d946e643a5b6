#include "tools/identity/registration.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "signaling/identity/name.hpp"
#include "tools/settings/signed_in.hpp"

namespace sotto::tools {

Result<Settings> settings_with_name(const IdentityRequest& request) {
  Result<Settings> settings = current_settings(request.server);
  if (!settings || request.name.empty()) return settings;
  const std::optional<std::string> name = signaling::normal_name(request.name);
  if (!name) {
    return Error{ErrorCode::kInvalidArgument,
                 "\"" + request.name + "\" cannot be a name: 3 to 32 of a-z 0-9 . _ -, first a letter."};
  }
  settings->name = *name;
  return settings;
}

Result<void> register_account(const Opened& opened, const Settings& settings, const IdentityRequest& request) {
  EngineOptions options = engine_options(opened, settings);
  if (!request.invite_file.empty()) {
    const Result<SecretBytes> invite = read_secret_file(request.invite_file);
    if (!invite) return invite.error();
    options.invite = as_text(*invite);
  }
  const Result<SignedIn> signed_in = sign_in(std::move(options));
  if (!signed_in) return signed_in.error();
  if (signed_in->name != settings.name) {
    return Error{ErrorCode::kRefused,
                 "The account is registered as " + signed_in->name + " on this server already, and keeps that name."};
  }
  std::printf("Registered as %s.\n", signed_in->name.c_str());
  return {};
}

Result<void> register_identity(const IdentityRequest& request) {
  const Result<Settings> settings = settings_with_name(request);
  if (!settings) return settings.error();
  if (settings->name.empty()) {
    return Error{ErrorCode::kInvalidArgument, "By which name? Give --name NAME."};
  }
  const Result<Opened> opened = open_identity(request.identity);
  if (!opened) return opened.error();
  if (const Result<void> registered = register_account(*opened, *settings, request); !registered) return registered;
  const Result<Places> places = find_places();
  if (!places) return places.error();
  return save_settings(places->settings(), *settings);
}

}  // namespace sotto::tools
