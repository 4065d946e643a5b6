// rooms: sotto_signaling_identity
#include <cstdlib>

#include "signaling/identity/contact.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/identity.pb.h"
#include "signaling/protocol/wire.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'000)};

/// The records of a valid identity, for the fuzzer to spoil, and the keys to sign what comes of it.
struct Account {
  Account() {
    genesis.set_root(wire_string(root.public_key().bytes));
    genesis.set_recovery(wire_string(root.public_key().bytes));
    const std::string account = wire_string(sha256({as_bytes(kAccountLabel), serialize_wire(genesis)}));
    const uint64_t now = static_cast<uint64_t>(kNow.time_since_epoch().count());
    rotation.set_account_id(account);
    rotation.set_number(1);
    rotation.set_root(genesis.root());
    certificate.set_account_id(account);
    certificate.set_device_id(std::string(16, 'd'));
    certificate.set_ed25519(wire_string(device.public_key().bytes));
    certificate.set_device_class(wire::DEVICE_CLASS_SOTTO);
    certificate.set_expires_ms(now + 1000);
    list.set_account_id(account);
    list.set_version(1);
    list.set_previous_hash(std::string(32, '\0'));
    list.set_issued_ms(now);
    list.set_expires_ms(now + 1000);
    agree_key.set_x25519(std::string(32, 'x'));
    agree_key.set_epoch(1);
    agree_key.set_not_before_ms(now);
    agree_key.set_not_after_ms(now + 1000);
    agree_key.add_suites(1);
  }

  SeededRandom random{1};
  Ed25519KeyPair root = Ed25519KeyPair::generate(random);
  Ed25519KeyPair device = Ed25519KeyPair::generate(random);
  wire::Genesis genesis;
  wire::Rotation rotation;
  wire::DeviceCertificate certificate;
  wire::DeviceList list;
  wire::AgreeKey agree_key;
};

/// Overwrites, inserts and cuts as the input says.
Bytes spoiled(Bytes body, ByteReader& input) {
  for (int edits = input.u8() % 4; edits > 0; --edits) {
    const size_t at = input.u8() % (body.size() + 1);
    const uint8_t value = input.u8();
    switch (input.u8() % 3) {
      case 0:
        if (at < body.size()) body[at] = value;
        break;
      case 1:
        body.insert(body.begin() + static_cast<std::ptrdiff_t>(at), value);
        break;
      case 2:
        body.resize(at);
        break;
    }
  }
  return body;
}

/// Records of the fuzzer's choice under genuine signatures: what a malicious contact can send.
Bytes signed_bundle(const Account& account, ByteReader& input) {
  IdentityBundle bundle;
  bundle.genesis = serialize_wire(account.genesis);
  if (input.u8() % 2 == 1) {
    bundle.rotations.push_back(
        sign_record(account.root, kRotationLabel, spoiled(serialize_wire(account.rotation), input)));
  }
  bundle.device_certificate =
      sign_record(account.root, kDeviceLabel, spoiled(serialize_wire(account.certificate), input));
  bundle.agree_keys.push_back(
      sign_record(account.device, kAgreeKeyLabel, spoiled(serialize_wire(account.agree_key), input)));
  wire::DeviceList list = account.list;
  list.add_device(wire_string(sha256({as_bytes(kDeviceLabel), bundle.device_certificate.body})));
  bundle.device_list = sign_record(account.root, kDeviceListLabel, spoiled(serialize_wire(list), input));
  return serialize_bundle(bundle);
}

/// What is believed once is believed again, and knows its own list.
void check(ByteView bytes) {
  const Result<Contact> contact = verify_bundle(bytes, kNow);
  if (contact && !verify_bundle(contact->bundle, kNow, &*contact)) std::abort();
}

}  // namespace

/// A bundle as it comes from the directory, and one whose signatures are good whatever it says.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Account account;
  const ByteView bytes(data, size);
  check(bytes);
  const Result<IdentityBundle> parsed = parse_bundle(bytes);
  if (parsed && !parse_bundle(serialize_bundle(*parsed))) std::abort();

  ByteReader input(bytes);
  check(signed_bundle(account, input));
  return 0;
}
