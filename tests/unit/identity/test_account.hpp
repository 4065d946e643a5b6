#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/crypto/ed25519.hpp"
#include "base/crypto/x25519.hpp"
#include "base/random.hpp"
#include "signaling/identity/identity_bundle.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/identity.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {

/// An account whose owner signs anything: every record can be changed before it is signed, and so can the signature's
/// key and label. bundle() of an untouched one is valid at kNow.
struct TestAccount {
  static constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'000)};

  explicit TestAccount(uint64_t seed = 1) : random(seed) {
    genesis.set_root(wire_string(root.public_key().bytes));
    genesis.set_recovery(wire_string(recovery.public_key().bytes));
    account.bytes = sha256({as_bytes(kAccountLabel), serialize_wire(genesis)});

    certificate.set_account_id(wire_string(account.bytes));
    certificate.set_device_id(std::string(16, 'd'));
    certificate.set_ed25519(wire_string(device_key.public_key().bytes));
    certificate.set_device_class(wire::DEVICE_CLASS_SOTTO);
    certificate.set_expires_ms(ms(kNow + std::chrono::days(80)));

    agree_key.set_x25519(wire_string(agree.public_key().bytes));
    agree_key.set_epoch(1);
    agree_key.set_not_before_ms(ms(kNow - std::chrono::days(1)));
    agree_key.set_not_after_ms(ms(kNow + std::chrono::days(13)));
    agree_key.add_suites(1);

    list.set_account_id(wire_string(account.bytes));
    list.set_version(1);
    list.set_previous_hash(std::string(32, '\0'));
    list.set_issued_ms(ms(kNow - std::chrono::days(1)));
    list.set_expires_ms(ms(kNow + std::chrono::days(80)));
  }

  static uint64_t ms(WallTime time) { return static_cast<uint64_t>(time.time_since_epoch().count()); }

  SignedRecord signed_certificate() const {
    return sign_record(*certificate_signer, certificate_label, serialize_wire(certificate));
  }
  SignedRecord signed_list() const {
    wire::DeviceList complete = list;
    if (names_the_device) {
      complete.add_device(wire_string(sha256({as_bytes(kDeviceLabel), signed_certificate().body})));
    }
    return sign_record(*list_signer, list_label, serialize_wire(complete));
  }
  IdentityBundle parts() const {
    IdentityBundle bundle;
    bundle.genesis = serialize_wire(genesis);
    for (const wire::Rotation& rotation : rotations) {
      bundle.rotations.push_back(sign_record(*rotation_signer, rotation_label, serialize_wire(rotation)));
    }
    bundle.device_certificate = signed_certificate();
    bundle.device_list = signed_list();
    bundle.agree_keys.push_back(sign_record(*agree_key_signer, agree_key_label, serialize_wire(agree_key)));
    return bundle;
  }
  Bytes bundle() const { return serialize_bundle(parts()); }

  /// Replaces the root as its owner would.
  void rotate(const Ed25519KeyPair& new_root) {
    wire::Rotation rotation;
    rotation.set_account_id(wire_string(account.bytes));
    rotation.set_number(static_cast<uint32_t>(rotations.size()) + 1);
    rotation.set_root(wire_string(new_root.public_key().bytes));
    rotations.push_back(rotation);
    certificate_signer = &new_root;
    list_signer = &new_root;
  }

  SeededRandom random;
  Ed25519KeyPair root = Ed25519KeyPair::generate(random);
  Ed25519KeyPair second_root = Ed25519KeyPair::generate(random);
  Ed25519KeyPair third_root = Ed25519KeyPair::generate(random);
  Ed25519KeyPair recovery = Ed25519KeyPair::generate(random);
  Ed25519KeyPair device_key = Ed25519KeyPair::generate(random);
  Ed25519KeyPair stranger = Ed25519KeyPair::generate(random);
  X25519KeyPair agree = X25519KeyPair::generate(random);
  AccountId account;

  wire::Genesis genesis;
  std::vector<wire::Rotation> rotations;
  wire::DeviceCertificate certificate;
  wire::DeviceList list;  ///< Without the device's own hash: see names_the_device.
  bool names_the_device = true;
  wire::AgreeKey agree_key;

  const Ed25519KeyPair* rotation_signer = &recovery;
  const Ed25519KeyPair* certificate_signer = &root;
  const Ed25519KeyPair* list_signer = &root;
  const Ed25519KeyPair* agree_key_signer = &device_key;
  std::string_view rotation_label = kRotationLabel;
  std::string_view certificate_label = kDeviceLabel;
  std::string_view list_label = kDeviceListLabel;
  std::string_view agree_key_label = kAgreeKeyLabel;
};

}  // namespace sotto::signaling
