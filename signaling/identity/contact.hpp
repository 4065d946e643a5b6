#pragma once

#include <cstdint>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "base/crypto/ed25519.hpp"
#include "base/crypto/sha256.hpp"
#include "base/crypto/x25519.hpp"
#include "signaling/identity/identifiers.hpp"

namespace sotto::signaling {

/// One device of somebody else, with everything that was proven about it.
struct Contact {
  AccountId account;
  Ed25519PublicKey root;        ///< The account's root key now.
  uint32_t root_rotations = 0;  ///< How often the recovery key has replaced the root.

  DeviceId device;
  DeviceClass device_class = DeviceClass::kSotto;
  Ed25519PublicKey device_key;
  Sha256Digest device_hash{};  ///< How the device list names this device.

  X25519PublicKey agree_key;
  uint32_t agree_key_epoch = 0;
  WallTime agree_key_not_before;
  WallTime agree_key_not_after;
  std::vector<uint16_t> suites;  ///< What the device's agree key may be used with; at most 16.

  uint64_t list_version = 0;  ///< Of the account's device list; 0 = no list seen yet.
  Sha256Digest list_hash{};

  Bytes bundle;  ///< What all this was proven from.
};

/// The largest bundle that is looked at, in bytes.
inline constexpr size_t kMaxBundleSize = 4096;

/// Checks a device's public identity, from the genesis record to the agree key: every signature over the exact bytes,
/// every date, every limit (HANDSHAKE 2.2). With `known`, what was proven of the same account before, it also refuses
/// another account, and a root or device list older than, or at odds with, the known one.
/// kMalformed: does not parse. kRefused: a forgery, or a roll-back. kExpired: out of date, fetch a newer one.
Result<Contact> verify_bundle(ByteView bundle, WallTime now, const Contact* known = nullptr);

}  // namespace sotto::signaling
