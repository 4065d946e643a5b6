#include "signaling/identity/identity_file.hpp"

#include <utility>

#include "base/safe_file.hpp"
#include "base/secret_bytes.hpp"
#include "signaling/identity/detail/identity_seal.hpp"

namespace sotto::signaling {
namespace {

Result<void> check_passphrase(std::string_view passphrase, PassphraseCost cost, bool insecure) {
  if (passphrase.empty() && !insecure) {
    return Error{ErrorCode::kRefused, "An identity needs a passphrase: without one, whoever has the file is you."};
  }
  if (!insecure && (cost.passes < kMinPassphraseCost.passes || cost.memory_kib < kMinPassphraseCost.memory_kib)) {
    return Error{ErrorCode::kRefused, "The passphrase would be hashed too cheaply: at least 64 MiB."};
  }
  return {};
}

/// What a keeper needs to write its identity back: it holds the file's lock as long as it lives.
struct Origin {
  std::filesystem::path path;
  SecretBytes passphrase;
  Secret<32> store_key;
  IdentitySeal seal;
  FileLock lock;
};

Result<void> save(const Origin& origin, const DeviceIdentity& identity, SaveMode mode) {
  const std::string_view passphrase(reinterpret_cast<const char*>(origin.passphrase.view().data()),
                                    origin.passphrase.size());
  const Result<Bytes> file = seal_identity(identity, origin.store_key, passphrase, origin.seal, system_random());
  if (!file) return file.error();
  return save_file(origin.path, *file, mode);
}

OpenedIdentity keep(std::shared_ptr<Origin> origin, DeviceIdentity identity) {
  Secret<32> store_key = origin->store_key.clone();
  auto keeper = std::make_shared<IdentityKeeper>(std::move(identity), [origin](const DeviceIdentity& changed) {
    return save(*origin, changed, SaveMode::kReplace);
  });
  return {std::move(keeper), std::move(store_key)};
}

Result<UnsealedIdentity> load(const std::filesystem::path& path, std::string_view passphrase) {
  const Result<SecretBytes> file = load_file(path, kMaxIdentityFileSize);
  if (!file) return file.error();
  return unseal_identity(file->view(), passphrase);
}

}  // namespace

Result<OpenedIdentity> create_identity_file(const std::filesystem::path& path, std::string_view passphrase,
                                            DeviceIdentity identity, RandomSource& random, PassphraseCost cost,
                                            bool insecure) {
  if (const Result<void> checked = check_passphrase(passphrase, cost, insecure); !checked) return checked.error();
  Result<FileLock> lock = FileLock::take(path);
  if (!lock) return lock.error();
  Secret<32> store_key;
  random.fill(store_key.mutable_view());
  auto origin = std::make_shared<Origin>(
      Origin{path, SecretBytes(as_bytes(passphrase)), std::move(store_key), {cost, insecure}, std::move(*lock)});
  if (const Result<void> saved = save(*origin, identity, SaveMode::kCreate); !saved) return saved.error();
  return keep(std::move(origin), std::move(identity));
}

Result<OpenedIdentity> open_identity_file(const std::filesystem::path& path, std::string_view passphrase) {
  // Looked at before the lock, which would leave a file of its own where there is no identity.
  if (const Result<SecretBytes> there = load_file(path, kMaxIdentityFileSize); !there) return there.error();
  Result<FileLock> lock = FileLock::take(path);
  if (!lock) return lock.error();
  Result<UnsealedIdentity> unsealed = load(path, passphrase);
  if (!unsealed) return unsealed.error();
  auto origin = std::make_shared<Origin>(Origin{path, SecretBytes(as_bytes(passphrase)),
                                                std::move(unsealed->body.store_key), unsealed->seal, std::move(*lock)});
  return keep(std::move(origin), std::move(unsealed->body.identity));
}

Result<void> change_passphrase(const std::filesystem::path& path, std::string_view old_passphrase,
                               std::string_view new_passphrase, PassphraseCost cost, bool insecure) {
  if (const Result<void> checked = check_passphrase(new_passphrase, cost, insecure); !checked) return checked.error();
  if (const Result<SecretBytes> there = load_file(path, kMaxIdentityFileSize); !there) return there.error();
  Result<FileLock> lock = FileLock::take(path);
  if (!lock) return lock.error();
  Result<UnsealedIdentity> unsealed = load(path, old_passphrase);
  if (!unsealed) return unsealed.error();
  const Origin origin{path,
                      SecretBytes(as_bytes(new_passphrase)),
                      std::move(unsealed->body.store_key),
                      {cost, insecure},
                      std::move(*lock)};
  return save(origin, unsealed->body.identity, SaveMode::kReplace);
}

}  // namespace sotto::signaling
