#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sotto/result.hpp>
#include "base/crypto/ed25519.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/identity/identity_bundle.hpp"

namespace sotto::signaling {

inline constexpr size_t kMinNameSize = 3;
inline constexpr size_t kMaxNameSize = 32;

/// Whether this may name an account: 3 to 32 of a-z 0-9 . _ -, first a letter. No two names look alike, and none needs
/// Unicode to compare.
bool valid_name(std::string_view name);
/// What a person typed as the name that it means: capital letters become small. nullopt if it is none even then.
std::optional<std::string> normal_name(std::string_view typed);

/// The account's root says that the account goes by this name. `name` is valid.
SignedRecord make_name_claim(const DeviceIdentity& identity, std::string_view name);
/// The name that was claimed. kMalformed if it does not parse; kRefused if it is for another account, not signed by
/// this root, or not a valid name.
Result<std::string> verify_name_claim(const SignedRecord& record, const AccountId& account,
                                      const Ed25519PublicKey& root);

}  // namespace sotto::signaling
