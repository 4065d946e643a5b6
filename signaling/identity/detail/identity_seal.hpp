#pragma once

#include <string_view>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/identity_file.hpp"

namespace sotto::signaling {

/// How an identity file is sealed.
struct IdentitySeal {
  PassphraseCost cost;
  bool insecure = false;  ///< With a key that is in the file: no passphrase.
};

/// What is sealed.
struct IdentityBody {
  DeviceIdentity identity;
  Secret<32> store_key;
};

struct UnsealedIdentity {
  IdentityBody body;
  IdentitySeal seal;
};

inline constexpr size_t kMaxIdentityFileSize = 32 * 1024;

/// The bytes of an identity file. New salt and nonce each time: no key seals twice.
Result<Bytes> seal_identity(const DeviceIdentity& identity, const Secret<32>& store_key, std::string_view passphrase,
                            const IdentitySeal& seal, RandomSource& random);

/// Reads what was sealed, which whoever knows the passphrase may have written. kMalformed.
Result<IdentityBody> parse_identity_body(ByteView plaintext);

/// kMalformed: not of sotto, of a newer version, or damaged; kRefused: wrong passphrase, or a cost that is not allowed.
Result<UnsealedIdentity> unseal_identity(ByteView file, std::string_view passphrase);

}  // namespace sotto::signaling
