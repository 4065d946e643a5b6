#include "signaling/identity/device_identity.hpp"

#include <utility>

#include "base/crypto/sha256.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/identity.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

// HANDSHAKE 2.2.
constexpr std::chrono::days kAgreeKeyUse{7};
constexpr std::chrono::days kSignAnewAfter{30};
// A backup may know an old list: the recovered account's next one is newer than any that was signed since.
constexpr uint64_t kRecoveryVersionStep = 1000;
// Clocks are put right by up to a day (HANDSHAKE 2.5): what is dated further ahead was signed while the clock was
// wrong.
constexpr std::chrono::hours kMaxAhead{24};
// 2020. A clock that says less has not been set yet: no reason to take anything else for wrong.
constexpr WallTime kFirstCredibleDate{std::chrono::days(18262)};

uint64_t to_wire(WallTime time) { return static_cast<uint64_t>(time.time_since_epoch().count()); }

bool dated_ahead(WallTime date, WallTime now) { return now >= kFirstCredibleDate && date > now + kMaxAhead; }

}  // namespace

DeviceIdentity::DeviceIdentity(Ed25519KeyPair root, Ed25519KeyPair device_key)
    : root_(std::move(root)), device_key_(std::move(device_key)) {}

DeviceIdentity DeviceIdentity::create(RandomSource& random, WallTime now, const Ed25519PublicKey& recovery) {
  Ed25519KeyPair root = Ed25519KeyPair::generate(random);
  Ed25519KeyPair device_key = Ed25519KeyPair::generate(random);
  DeviceIdentity identity(std::move(root), std::move(device_key));
  identity.recovery_ = recovery;
  random.fill(identity.device_.bytes);

  wire::Genesis genesis;
  genesis.set_root(wire_string(identity.root_.public_key().bytes));
  genesis.set_recovery(wire_string(recovery.bytes));
  identity.genesis_ = serialize_wire(genesis);
  identity.account_.bytes = sha256({as_bytes(kAccountLabel), identity.genesis_});

  identity.sign_certificate_and_list(now);
  identity.add_agree_key(now, random);
  return identity;
}

DeviceIdentity DeviceIdentity::create(RandomSource& random, WallTime now) {
  return create(random, now, Ed25519KeyPair::generate(random).public_key());
}

IdentityBundle DeviceIdentity::credentials() const {
  IdentityBundle bundle;
  bundle.genesis = genesis_;
  bundle.rotations = rotations_;
  bundle.device_certificate = certificate_;
  bundle.agree_keys.push_back(agree_key().record);
  return bundle;
}

Bytes DeviceIdentity::bundle() const {
  IdentityBundle bundle = credentials();
  bundle.device_list = list_;
  // The older key too: a peer whose clock is behind cannot use the newest yet.
  bundle.agree_keys.clear();
  for (const AgreeKeyPair& key : agree_keys_) bundle.agree_keys.push_back(key.record);
  return serialize_bundle(bundle);
}

Ed25519Signature DeviceIdentity::sign(std::string_view label, ByteView message) const {
  Bytes signed_bytes(label.begin(), label.end());
  append(signed_bytes, message);
  return device_key_.sign(signed_bytes);
}

SignedRecord DeviceIdentity::sign_by_root(std::string_view label, Bytes body) const {
  return sign_record(root_, label, std::move(body));
}

bool DeviceIdentity::list_due(WallTime now) const {
  return now >= list_issued_ + kSignAnewAfter || dated_ahead(list_issued_, now);
}

bool DeviceIdentity::renewal_due(WallTime now) const {
  return list_due(now) || now >= agree_keys_.front().not_after || now >= agree_keys_.back().not_before + kAgreeKeyUse ||
         dated_ahead(agree_keys_.back().not_before, now);
}

bool DeviceIdentity::renew(WallTime now, RandomSource& random) {
  bool changed = false;
  if (list_due(now)) {
    sign_certificate_and_list(now);
    changed = true;
  }
  changed |= std::erase_if(agree_keys_, [now](const AgreeKeyPair& key) { return now >= key.not_after; }) > 0;
  const bool ahead =
      std::erase_if(agree_keys_, [now](const AgreeKeyPair& key) { return dated_ahead(key.not_before, now); }) > 0;
  if (ahead || agree_keys_.empty() || now >= agree_keys_.back().not_before + kAgreeKeyUse) {
    add_agree_key(now, random);
    changed = true;
  }
  return changed;
}

Result<void> DeviceIdentity::replace_root(const Ed25519KeyPair& recovery, WallTime now, RandomSource& random) {
  if (recovery.public_key() != recovery_) {
    return Error{ErrorCode::kRefused, "This is not the recovery key of this account."};
  }
  if (rotations_.size() >= kMaxRotations) {
    return Error{ErrorCode::kRefused, "The root key of this account was replaced twice and cannot be replaced again."};
  }
  root_ = Ed25519KeyPair::generate(random);
  wire::Rotation rotation;
  rotation.set_account_id(wire_string(account_.bytes));
  rotation.set_number(static_cast<uint32_t>(rotations_.size()) + 1);
  rotation.set_root(wire_string(root_.public_key().bytes));
  rotations_.push_back(sign_record(recovery, kRotationLabel, serialize_wire(rotation)));
  sign_certificate_and_list(now);
  renew(now, random);
  return {};
}

Result<void> DeviceIdentity::recover(const Ed25519KeyPair& recovery, WallTime now, RandomSource& random) {
  if (const Result<void> replaced = replace_root(recovery, now, random); !replaced) return replaced;
  device_key_ = Ed25519KeyPair::generate(random);
  random.fill(device_.bytes);
  list_version_ += kRecoveryVersionStep;
  sign_certificate_and_list(now);
  agree_keys_.clear();
  add_agree_key(now, random);
  return {};
}

void DeviceIdentity::sign_certificate_and_list(WallTime now) {
  wire::DeviceCertificate certificate;
  certificate.set_account_id(wire_string(account_.bytes));
  certificate.set_device_id(wire_string(device_.bytes));
  certificate.set_ed25519(wire_string(device_key_.public_key().bytes));
  certificate.set_device_class(wire::DEVICE_CLASS_SOTTO);
  certificate.set_expires_ms(to_wire(now + kMaxCertificateLife));
  certificate_ = sign_record(root_, kDeviceLabel, serialize_wire(certificate));

  Sha256Digest previous{};
  if (list_version_ > 0) previous = sha256({as_bytes(kDeviceListLabel), list_.body});
  wire::DeviceList list;
  list.set_account_id(wire_string(account_.bytes));
  list.set_version(++list_version_);
  list.set_previous_hash(wire_string(previous));
  list.add_device(wire_string(sha256({as_bytes(kDeviceLabel), certificate_.body})));
  list.set_issued_ms(to_wire(now));
  list.set_expires_ms(to_wire(now + kMaxListLife));
  list_ = sign_record(root_, kDeviceListLabel, serialize_wire(list));
  list_issued_ = now;
}

void DeviceIdentity::add_agree_key(WallTime now, RandomSource& random) {
  last_epoch_ += 1;
  AgreeKeyPair pair{X25519KeyPair::generate(random), last_epoch_, now, now + kMaxAgreeKeyLife, {}};
  wire::AgreeKey key;
  key.set_x25519(wire_string(pair.keys.public_key().bytes));
  key.set_epoch(pair.epoch);
  key.set_not_before_ms(to_wire(pair.not_before));
  key.set_not_after_ms(to_wire(pair.not_after));
  key.add_suites(static_cast<uint16_t>(Suite::kNoiseIk25519AesGcmSha256));
  pair.record = sign_record(device_key_, kAgreeKeyLabel, serialize_wire(key));
  agree_keys_.push_back(std::move(pair));
}

}  // namespace sotto::signaling
