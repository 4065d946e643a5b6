#include <sotto/identity.hpp>

#include "base/random.hpp"
#include "engine/identity_access.hpp"
#include "signaling/identity/identity_file.hpp"
#include "signaling/identity/recovery_key.hpp"

namespace sotto {

using engine::IdentityAccess;

Identity Identity::create() {
  return IdentityAccess::make(
      std::make_shared<signaling::IdentityKeeper>(signaling::DeviceIdentity::create(system_random(), wall_now())));
}

Result<NewIdentity> Identity::create(const std::filesystem::path& path, std::string_view passphrase, bool insecure) {
  const auto recovery = signaling::RecoveryKey::generate(system_random());
  auto identity = signaling::DeviceIdentity::create(system_random(), wall_now(), recovery.signing_key().public_key());
  auto created = signaling::create_identity_file(path, passphrase, std::move(identity), system_random(), {}, insecure);
  if (!created) return created.error();
  return NewIdentity{IdentityAccess::make(std::move(created->keeper), std::move(created->store_key)),
                     recovery.to_text()};
}

Result<Identity> Identity::open(const std::filesystem::path& path, std::string_view passphrase) {
  auto opened = signaling::open_identity_file(path, passphrase);
  if (!opened) return opened.error();
  return IdentityAccess::make(std::move(opened->keeper), std::move(opened->store_key));
}

std::vector<uint8_t> Identity::bundle() const { return state_->keeper()->current()->bundle(); }

AccountId Identity::account() const { return state_->keeper()->current()->account().bytes; }

std::array<uint8_t, 16> Identity::device() const { return state_->keeper()->current()->device().bytes; }

}  // namespace sotto
