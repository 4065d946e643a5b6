#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "base/crypto/argon2id.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/identity_keeper.hpp"

namespace sotto::signaling {

/// What the passphrase's hashing costs. No file is written with less than the floor, and none opened that asks for more
/// than kMaxArgon2idCost.
using PassphraseCost = Argon2idCost;
inline constexpr PassphraseCost kMinPassphraseCost{1, 64 * 1024};

/// An identity in memory, from a file sealed with a passphrase (HANDSHAKE 8).
struct OpenedIdentity {
  std::shared_ptr<IdentityKeeper> keeper;  ///< Saves changes back to the file, which stays locked while this lives.
  Secret<32> store_key;                    ///< Seals what belongs to this identity besides: contacts.
};

/// Writes a new file; kRefused if there is one already. An empty passphrase is refused unless `insecure`: then the file
/// is sealed with a key that is in it.
Result<OpenedIdentity> create_identity_file(const std::filesystem::path& path, std::string_view passphrase,
                                            DeviceIdentity identity, RandomSource& random, PassphraseCost cost = {},
                                            bool insecure = false);

/// Each of these is a clear error of its own: no file (kUnavailable), not a sotto identity (kMalformed), damaged
/// (kMalformed), wrong passphrase (kRefused), readable by others (kRefused), in use by another process (kUnavailable).
Result<OpenedIdentity> open_identity_file(const std::filesystem::path& path, std::string_view passphrase);

/// Seals the file anew. The old passphrase opens it until this has returned, and no longer then.
Result<void> change_passphrase(const std::filesystem::path& path, std::string_view old_passphrase,
                               std::string_view new_passphrase, PassphraseCost cost = {}, bool insecure = false);

}  // namespace sotto::signaling
