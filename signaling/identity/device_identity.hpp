#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "base/crypto/ed25519.hpp"
#include "base/crypto/x25519.hpp"
#include "base/random.hpp"
#include "base/secret_bytes.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/identity/identity_bundle.hpp"

namespace sotto::signaling {

/// Who this device is: the secret keys of its account and of itself, and the signed records that show them to others.
/// Move-only; the keys are wiped with it. One thread at a time.
class DeviceIdentity {
 public:
  /// One key for Noise, valid for two weeks and used for the first of them.
  struct AgreeKeyPair {
    X25519KeyPair keys;
    uint32_t epoch = 0;
    WallTime not_before;
    WallTime not_after;
    SignedRecord record;
  };

  /// A new account with this as its only device. `recovery` is the public half of the key that may replace the root;
  /// it is kept elsewhere, on paper.
  static DeviceIdentity create(RandomSource& random, WallTime now, const Ed25519PublicKey& recovery);
  /// The same without a way back: nobody has the recovery key. For accounts that live as long as the process.
  static DeviceIdentity create(RandomSource& random, WallTime now);

  /// Everything, the secret keys included, for a file that is sealed before it is written.
  SecretBytes serialize() const;
  /// What serialize() gave, checked against itself: every signature, every key pair. Dates may have passed since: call
  /// renew(). kMalformed if it does not parse or does not fit together.
  static Result<DeviceIdentity> parse(ByteView bytes);
  /// A second owner of the same keys.
  DeviceIdentity clone() const;

  AccountId account() const { return account_; }
  DeviceId device() const { return device_; }
  const Ed25519PublicKey& root_key() const { return root_.public_key(); }
  const Ed25519PublicKey& recovery_key() const { return recovery_; }
  int root_rotations() const { return static_cast<int>(rotations_.size()); }
  uint64_t list_version() const { return list_version_; }
  /// When the list was signed: others take it for 90 days from then.
  WallTime list_issued() const { return list_issued_; }

  /// The device's signature over `label` and `message`; labels are those of HANDSHAKE 2.2, one for each purpose.
  Ed25519Signature sign(std::string_view label, ByteView message) const;
  /// A record signed by the account's root.
  SignedRecord sign_by_root(std::string_view label, Bytes body) const;

  /// Everything public, for others to check with verify_bundle(): genesis, rotations, device certificate, device
  /// list, and the agree keys that are not expired.
  Bytes bundle() const;

  /// What a handshake message shows: the same with the newest agree key only, and without the list.
  IdentityBundle credentials() const;
  const SignedRecord& device_list() const { return list_; }

  /// The agree key that `now` calls for: the newest.
  const AgreeKeyPair& agree_key() const { return agree_keys_.back(); }
  /// All that a peer with an older bundle may still use, oldest first; at most 2.
  const std::vector<AgreeKeyPair>& agree_keys() const { return agree_keys_; }

  /// Brings the records up to date: a new agree key every 7 days, expired ones wiped; certificate and list signed
  /// anew after 30; and whatever was dated more than a day ahead, by a clock that has been put right since, made anew.
  /// Returns whether the bundle has changed and is to be published again.
  bool renew(WallTime now, RandomSource& random);
  /// Whether renew() would change anything.
  bool renewal_due(WallTime now) const;

  /// Replaces the root key by a new one, signed by the recovery key. At most twice; kRefused after that, or if
  /// `recovery` is not the account's.
  Result<void> replace_root(const Ed25519KeyPair& recovery, WallTime now, RandomSource& random);
  /// Recovery from a backup of any age: a new root and a new device, which is then the account's only one. Whoever has
  /// the lost device can do nothing with it any more. Errors as replace_root; nothing has changed then.
  Result<void> recover(const Ed25519KeyPair& recovery, WallTime now, RandomSource& random);

 private:
  DeviceIdentity(Ed25519KeyPair root, Ed25519KeyPair device_key);
  void sign_certificate_and_list(WallTime now);
  void add_agree_key(WallTime now, RandomSource& random);
  bool matches_its_records() const;
  bool list_due(WallTime now) const;

  AccountId account_;
  DeviceId device_;
  Ed25519KeyPair root_;
  Ed25519KeyPair device_key_;
  Ed25519PublicKey recovery_;
  Bytes genesis_;
  std::vector<SignedRecord> rotations_;
  SignedRecord certificate_;
  SignedRecord list_;
  uint64_t list_version_ = 0;
  WallTime list_issued_;
  std::vector<AgreeKeyPair> agree_keys_;
  uint32_t last_epoch_ = 0;
};

}  // namespace sotto::signaling
