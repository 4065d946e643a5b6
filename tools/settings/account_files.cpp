#include "tools/settings/account_files.hpp"

#include <system_error>
#include <utility>

namespace sotto::tools {

Result<OpenedFiles> open_files(const IdentityOptions& options) {
  const Result<Places> places = find_places_with_identity();
  if (!places) return places.error();
  const Result<SecretBytes> passphrase = read_passphrase(options.passphrase);
  if (!passphrase) return passphrase.error();
  Result<signaling::OpenedIdentity> identity = signaling::open_identity_file(places->identity(), as_text(*passphrase));
  if (!identity) return identity.error();
  Result<signaling::ContactStore> contacts =
      signaling::ContactStore::open(places->contacts(), identity->store_key.clone());
  if (!contacts) return contacts.error();
  return OpenedFiles{*places, std::move(*identity), std::move(*contacts)};
}

Result<Places> places_for_new_identity() {
  Result<Places> places = find_places();
  if (!places) return places;
  if (const Result<void> made = make_home(*places); !made) return made.error();
  std::error_code unknown;
  for (const std::filesystem::path& path : {places->identity(), places->contacts()}) {
    if (!std::filesystem::exists(std::filesystem::symlink_status(path, unknown))) continue;
    return Error{ErrorCode::kRefused, path.string() +
                                          " is there already. Move it away, or set SOTTO_HOME to another "
                                          "folder for another account."};
  }
  return places;
}

}  // namespace sotto::tools
