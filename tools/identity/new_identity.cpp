#include <cstdio>
#include <utility>

#include "base/random.hpp"
#include "engine/identity_access.hpp"
#include "signaling/identity/backup.hpp"
#include "signaling/identity/identity_file.hpp"
#include "tools/identity/identity_commands.hpp"
#include "tools/identity/identity_text.hpp"
#include "tools/identity/recovery_paper.hpp"
#include "tools/identity/registration.hpp"
#include "tools/settings/account_files.hpp"
#include "tools/settings/private_file.hpp"

namespace sotto::tools {
namespace {

using signaling::DeviceIdentity;
using signaling::RecoveryKey;

/// What is checked before anything is made.
struct Preparation {
  Places places;
  Settings settings;
  SecretBytes passphrase;
};

/// What the command line does not say comes from `before`.
Result<Preparation> prepare(const IdentityRequest& request, const Settings& before = {}) {
  Result<Settings> settings = settings_with_name(request);
  if (!settings) return settings.error();
  if (settings->name.empty()) settings->name = before.name;
  if (settings->server.empty()) settings->server = before.server;
  Result<Places> places = places_for_new_identity();
  if (!places) return places.error();
  Result<SecretBytes> passphrase = read_new_passphrase(request.identity.passphrase);
  if (!passphrase) return passphrase.error();
  return Preparation{std::move(*places), std::move(*settings), std::move(*passphrase)};
}

/// Registers, if there is a name and a server to do it with.
Result<void> finish(const IdentityRequest& request, const Preparation& preparation,
                    signaling::OpenedIdentity identity) {
  if (const Result<void> saved = save_settings(preparation.places.settings(), preparation.settings); !saved) {
    return saved;
  }
  std::printf("The identity is in %s.\n", preparation.places.identity().c_str());
  if (preparation.settings.server.empty() || preparation.settings.name.empty()) return {};
  const Identity self = engine::IdentityAccess::make(std::move(identity.keeper), std::move(identity.store_key));
  Result<Contacts> contacts = Contacts::open(preparation.places.contacts(), self);
  if (!contacts) return contacts.error();
  const Result<void> registered = register_account({self, std::move(*contacts)}, preparation.settings, request);
  if (registered) return {};
  return Error{registered.error().code, registered.error().message +
                                            " The identity is made, but not registered: `sotto identity register` "
                                            "tries again."};
}

}  // namespace

Result<void> create_identity(const IdentityRequest& request) {
  const Result<Preparation> preparation = prepare(request);
  if (!preparation) return preparation.error();
  const RecoveryKey recovery = RecoveryKey::generate(system_random());
  // Handed over first: an account whose recovery key nobody has is worse than none.
  if (const Result<void> handed = hand_over(recovery, request.recovery_file); !handed) return handed;
  auto created = signaling::create_identity_file(
      preparation->places.identity(), as_text(preparation->passphrase),
      DeviceIdentity::create(system_random(), wall_now(), recovery.signing_key().public_key()), system_random(), {},
      request.identity.passphrase.insecure);
  if (!created) return created.error();
  return finish(request, *preparation, std::move(*created));
}

Result<void> recover_identity(const IdentityRequest& request) {
  const Result<Bytes> file = read_whole_file(request.backup, signaling::kMaxBackupSize);
  if (!file) return file.error();
  const Result<RecoveryKey> recovery = read_recovery_key(request.recovery_file);
  if (!recovery) return recovery.error();
  Result<signaling::Backup> backup = signaling::open_backup(*file, *recovery);
  if (!backup) return backup.error();
  // None in a backup of an earlier version.
  const Result<Settings> before = parse_settings(as_text(backup->settings));
  const Result<Preparation> preparation = prepare(request, before ? *before : Settings{});
  if (!preparation) return preparation.error();
  if (const auto done = backup->identity.recover(recovery->signing_key(), wall_now(), system_random()); !done) {
    return done;
  }
  const int rotations = backup->identity.root_rotations();
  auto created = signaling::create_identity_file(preparation->places.identity(), as_text(preparation->passphrase),
                                                 std::move(backup->identity), system_random(), {},
                                                 request.identity.passphrase.insecure);
  if (!created) return created.error();
  if (!backup->contacts.empty()) {
    auto contacts = signaling::ContactStore::open(preparation->places.contacts(), created->store_key.clone());
    if (!contacts) return contacts.error();
    if (const Result<void> restored = contacts->restore(backup->contacts.view()); !restored) return restored;
  }
  std::printf(
      "The account is back on this device with a new root key (%d of at most 2). Those who know it are told, and\n"
      "compare its safety number again. A lost device is shut out once this one has signed in.\n"
      "The recovery key stays the same. Make a new backup: sotto identity backup FILE\n",
      rotations);
  if (preparation->settings.server.empty() || preparation->settings.name.empty()) {
    std::puts(
        "The backup does not say which name the account has at which server. To sign in:\n"
        "sotto identity register --name NAME --server HOST:PORT#PIN");
  }
  return finish(request, *preparation, std::move(*created));
}

}  // namespace sotto::tools
