#include "signaling/identity/verify.hpp"

#include <algorithm>
#include <utility>

#include "signaling/protocol/identity.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kMaxRecordSize = 1024;
/// The end of the year 9999, in milliseconds: beyond it a date is nonsense, and arithmetic on it may overflow.
constexpr uint64_t kLastDate = 253'402'300'799'999;

Error malformed(std::string what) { return {ErrorCode::kMalformed, "The " + std::move(what) + " is malformed."}; }
Error refused(std::string why) { return {ErrorCode::kRefused, std::move(why)}; }
Error expired(std::string why) { return {ErrorCode::kExpired, std::move(why)}; }

bool read_time(uint64_t milliseconds, WallTime& time) {
  if (milliseconds > kLastDate) return false;
  time = WallTime(std::chrono::milliseconds(milliseconds));
  return true;
}

Result<void> verify_rotation(const SignedRecord& record, uint32_t number, const Ed25519PublicKey& recovery,
                             Contact& contact) {
  if (!verify_record(recovery, kRotationLabel, record)) {
    return refused("A change of the account's root key is not signed by its recovery key.");
  }
  wire::Rotation rotation;
  AccountId account;
  Ed25519PublicKey root;
  if (!parse_wire(record.body, kMaxRecordSize, rotation) || !read_exact(rotation.account_id(), account.bytes) ||
      !read_exact(rotation.root(), root.bytes)) {
    return malformed("rotation");
  }
  if (account != contact.account || rotation.number() != number) {
    return refused("A change of the root key belongs to another account or place.");
  }
  contact.root = root;
  contact.root_rotations = number;
  return {};
}

/// From the genesis record to the root key that is in force.
Result<void> verify_account(const IdentityBundle& bundle, Contact& contact) {
  wire::Genesis genesis;
  Ed25519PublicKey recovery;
  if (!parse_wire(bundle.genesis, kMaxRecordSize, genesis) || !read_exact(genesis.root(), contact.root.bytes) ||
      !read_exact(genesis.recovery(), recovery.bytes)) {
    return malformed("genesis record");
  }
  contact.account.bytes = sha256({as_bytes(kAccountLabel), bundle.genesis});
  uint32_t number = 0;
  for (const SignedRecord& rotation : bundle.rotations) {
    const Result<void> verified = verify_rotation(rotation, ++number, recovery, contact);
    if (!verified) return verified;
  }
  return {};
}

Result<void> verify_certificate(const SignedRecord& record, WallTime now, Contact& contact) {
  if (!verify_record(contact.root, kDeviceLabel, record)) {
    return refused("The device certificate is not signed by the account's root key.");
  }
  wire::DeviceCertificate certificate;
  AccountId account;
  WallTime expires;
  if (!parse_wire(record.body, kMaxRecordSize, certificate) || !read_exact(certificate.account_id(), account.bytes) ||
      !read_exact(certificate.device_id(), contact.device.bytes) ||
      !read_exact(certificate.ed25519(), contact.device_key.bytes) || !read_time(certificate.expires_ms(), expires)) {
    return malformed("device certificate");
  }
  switch (certificate.device_class()) {
    case wire::DEVICE_CLASS_SOTTO:
      contact.device_class = DeviceClass::kSotto;
      break;
    case wire::DEVICE_CLASS_BROWSER:
      contact.device_class = DeviceClass::kBrowser;
      break;
    default:
      return malformed("device certificate");  // proto3 lets any number in
  }
  if (account != contact.account) return refused("The device certificate belongs to another account.");
  if (now >= expires) return expired("The device certificate has expired.");
  if (expires > now + kMaxCertificateLife + kClockTolerance) {
    return refused("The device certificate is valid for longer than allowed.");
  }
  contact.device_hash = sha256({as_bytes(kDeviceLabel), record.body});
  return {};
}

/// Takes the key into the contact if it is in force and newer than the one there.
Result<void> verify_agree_key(const SignedRecord& record, WallTime now, Contact& contact) {
  if (!verify_record(contact.device_key, kAgreeKeyLabel, record)) {
    return refused("The agree key is not signed by the device's key.");
  }
  wire::AgreeKey key;
  X25519PublicKey public_key;
  WallTime not_before, not_after;
  if (!parse_wire(record.body, kMaxRecordSize, key) || !read_exact(key.x25519(), public_key.bytes) ||
      key.epoch() == 0 || !read_time(key.not_before_ms(), not_before) || !read_time(key.not_after_ms(), not_after) ||
      key.suites_size() < 1 || key.suites_size() > kMaxSuites ||
      std::any_of(key.suites().begin(), key.suites().end(), [](uint32_t suite) { return suite > UINT16_MAX; })) {
    return malformed("agree key");
  }
  if (not_after <= not_before || not_after - not_before > kMaxAgreeKeyLife) {
    return refused("The agree key is valid for longer than allowed.");
  }
  const bool in_force = not_before <= now + kClockTolerance && now < not_after;
  if (!in_force || key.epoch() <= contact.agree_key_epoch) return {};
  contact.agree_key = public_key;
  contact.agree_key_epoch = key.epoch();
  contact.agree_key_not_before = not_before;
  contact.agree_key_not_after = not_after;
  contact.suites.clear();
  for (const uint32_t suite : key.suites()) contact.suites.push_back(static_cast<uint16_t>(suite));
  return {};
}

}  // namespace

SignedRecord sign_record(const Ed25519KeyPair& key, std::string_view label, Bytes body) {
  Bytes message(label.begin(), label.end());
  append(message, body);
  return {std::move(body), key.sign(message)};
}

bool verify_record(const Ed25519PublicKey& key, std::string_view label, const SignedRecord& record) {
  Bytes message(label.begin(), label.end());
  append(message, record.body);
  return ed25519_verify(key, message, record.signature);
}

Result<Contact> verify_credentials(const IdentityBundle& bundle, WallTime now) {
  Contact contact;
  if (const Result<void> verified = verify_account(bundle, contact); !verified) return verified.error();
  if (const Result<void> verified = verify_certificate(bundle.device_certificate, now, contact); !verified) {
    return verified.error();
  }
  for (const SignedRecord& record : bundle.agree_keys) {
    if (const Result<void> verified = verify_agree_key(record, now, contact); !verified) return verified.error();
  }
  if (contact.agree_key_epoch == 0) return expired("The device has no agree key that is valid now.");
  IdentityBundle without_list = bundle;
  without_list.device_list.reset();
  contact.bundle = serialize_bundle(without_list);
  return contact;
}

Result<void> verify_device_list(Contact& contact, const SignedRecord& record, WallTime now) {
  if (!verify_record(contact.root, kDeviceListLabel, record)) {
    return refused("The device list is not signed by the account's root key.");
  }
  wire::DeviceList list;
  AccountId account;
  Sha256Digest previous;
  WallTime issued, expires;
  if (!parse_wire(record.body, kMaxRecordSize, list) || !read_exact(list.account_id(), account.bytes) ||
      list.version() == 0 || !read_exact(list.previous_hash(), previous) || list.device_size() > kMaxDevices ||
      !read_time(list.issued_ms(), issued) || !read_time(list.expires_ms(), expires)) {
    return malformed("device list");
  }
  if (account != contact.account) return refused("The device list belongs to another account.");
  if (issued > now + kClockTolerance) return refused("The device list is dated in the future.");
  if (expires <= issued || expires - issued > kMaxListLife) {
    return refused("The device list is valid for longer than allowed.");
  }
  if (now >= expires) return expired("The device list has expired.");
  if (list.version() < contact.list_version) return refused("The device list is older than the one that is known.");
  const Sha256Digest hash = sha256({as_bytes(kDeviceListLabel), record.body});
  if (list.version() == contact.list_version && hash != contact.list_hash) {
    return refused("There are two different device lists of one version.");
  }
  if (list.version() == contact.list_version + 1 && previous != contact.list_hash) {
    return refused("The device list does not follow from the one that is known.");
  }
  const bool named = std::any_of(list.device().begin(), list.device().end(), [&](const std::string& device) {
    return std::ranges::equal(wire_view(device), contact.device_hash);
  });
  if (!named) return refused("The device does not belong to the account (any more).");

  Result<IdentityBundle> bundle = parse_bundle(contact.bundle);
  if (!bundle) return bundle.error();
  bundle->device_list = record;
  contact.bundle = serialize_bundle(*bundle);
  contact.list_version = list.version();
  contact.list_hash = hash;
  return {};
}

Result<void> check_same_account(const Contact& known, const Contact& seen) {
  if (seen.account != known.account) return refused("This is another account.");
  if (seen.root_rotations < known.root_rotations) return refused("The account's root key is older than the known one.");
  if (seen.root_rotations == known.root_rotations && seen.root != known.root) {
    return refused("The account's root key differs from the known one.");
  }
  return {};
}

Result<Contact> verify_bundle(ByteView bytes, WallTime now, const Contact* known) {
  const Result<IdentityBundle> bundle = parse_bundle(bytes);
  if (!bundle) return bundle.error();
  if (!bundle->device_list) return malformed("identity bundle");
  Result<Contact> contact = verify_credentials(*bundle, now);
  if (!contact) return contact;
  if (known != nullptr) {
    if (const Result<void> same = check_same_account(*known, *contact); !same) return same.error();
    contact->list_version = known->list_version;
    contact->list_hash = known->list_hash;
  }
  if (const Result<void> verified = verify_device_list(*contact, *bundle->device_list, now); !verified) {
    return verified.error();
  }
  contact->bundle.assign(bytes.begin(), bytes.end());
  return contact;
}

}  // namespace sotto::signaling
