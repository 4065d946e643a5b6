#include <cstdio>
#include <string>

#include "base/random.hpp"
#include "base/safe_file.hpp"
#include "signaling/identity/backup.hpp"
#include "signaling/identity/identity_file.hpp"
#include "signaling/identity/name.hpp"
#include "tools/identity/identity_commands.hpp"
#include "tools/identity/identity_text.hpp"
#include "tools/identity/recovery_paper.hpp"
#include "tools/identity/verification_text.hpp"
#include "tools/settings/account_files.hpp"

namespace sotto::tools {

Result<void> show_identity(const IdentityRequest& request) {
  const Result<Settings> settings = current_settings({});
  if (!settings) return settings.error();
  const Result<OpenedFiles> files = open_files(request.identity);
  if (!files) return files.error();
  std::fputs(describe_identity(*files->self(), *settings, wall_now()).c_str(), stdout);
  return {};
}

Result<void> verify_contact(const IdentityRequest& request) {
  const Result<OpenedFiles> files = open_files(request.identity);
  if (!files) return files.error();
  const std::string name = signaling::normal_name(request.name).value_or(request.name);
  const signaling::KnownAccount* const contact = files->contacts.find(name);
  if (contact == nullptr) {
    return Error{ErrorCode::kUnavailable, "There is no contact " + name + ". Add it: sotto contacts add " + name};
  }
  const Result<std::string> text = describe_verification(*files->self(), *contact, qr_style_for_output(request.ascii));
  if (!text) return text.error();
  std::fputs(text->c_str(), stdout);
  return {};
}

Result<void> change_passphrase_of_identity(const IdentityRequest& request) {
  const Result<Places> places = find_places_with_identity();
  if (!places) return places.error();
  const Result<SecretBytes> old = read_passphrase(request.identity.passphrase, "Old passphrase: ");
  if (!old) return old.error();
  const Result<SecretBytes> next = read_new_passphrase(request.new_passphrase);
  if (!next) return next.error();
  const Result<void> changed = signaling::change_passphrase(places->identity(), as_text(*old), as_text(*next), {},
                                                            request.new_passphrase.insecure);
  if (!changed) return changed;
  std::puts("Only the new passphrase opens the identity now.");
  return {};
}

Result<void> back_up_identity(const IdentityRequest& request) {
  const Result<OpenedFiles> files = open_files(request.identity);
  if (!files) return files.error();
  const Result<signaling::RecoveryKey> recovery = read_recovery_key(request.recovery_file);
  if (!recovery) return recovery.error();
  Result<Settings> settings = load_settings(files->places.settings());
  if (!settings) return settings.error();
  // The way out of this network; the next device may be in another.
  settings->proxy.clear();
  const std::string kept = settings_text(*settings);
  const SecretBytes contacts = files->contacts.serialize();
  const Result<Bytes> backup =
      signaling::seal_backup(*files->self(), contacts.view(), as_bytes(kept), *recovery, system_random());
  if (!backup) return backup.error();
  if (const Result<void> saved = save_file(request.backup, *backup, SaveMode::kReplace); !saved) return saved;
  std::printf(
      "The account and its contacts are in %s, sealed with the recovery key. Keep a copy on another machine, and the\n"
      "key on paper in another place.\n",
      request.backup.c_str());
  return {};
}

}  // namespace sotto::tools
