#include <algorithm>
#include <string>
#include <utility>

#include "base/secret.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/device_identity.pb.h"
#include "signaling/protocol/wire.hpp"

// How a device's identity is written down and read back.

namespace sotto::signaling {
namespace {

constexpr size_t kMaxIdentitySize = 8192;

/// The generated message, whose strings hold private keys: wiped when it goes away.
class SecretMessage {
 public:
  SecretMessage() = default;
  SecretMessage(const SecretMessage&) = delete;
  SecretMessage& operator=(const SecretMessage&) = delete;
  ~SecretMessage() {
    wipe_text(message_.mutable_root_seed());
    wipe_text(message_.mutable_device_seed());
    for (wire::AgreeKeySecret& key : *message_.mutable_agree_key()) wipe_text(key.mutable_x25519());
  }
  wire::DeviceIdentity* operator->() { return &message_; }
  wire::DeviceIdentity& operator*() { return message_; }

 private:
  static void wipe_text(std::string* text) { wipe({reinterpret_cast<uint8_t*>(text->data()), text->size()}); }
  wire::DeviceIdentity message_;
};

// Straight into the message: no copy of a key is left on the way.
void write_secret(ByteView secret, std::string* field) {
  field->assign(reinterpret_cast<const char*>(secret.data()), secret.size());
}

Error unreadable() { return {ErrorCode::kMalformed, "The identity does not fit together: the file is damaged."}; }

WallTime time_of(uint64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(static_cast<int64_t>(milliseconds & INT64_MAX)));
}

}  // namespace

SecretBytes DeviceIdentity::serialize() const {
  SecretMessage message;
  write_secret(root_.seed().view(), message->mutable_root_seed());
  write_secret(device_key_.seed().view(), message->mutable_device_seed());
  message->set_genesis(wire_string(genesis_));
  for (const SignedRecord& rotation : rotations_) write_record(rotation, *message->add_rotation());
  write_record(certificate_, *message->mutable_device_certificate());
  write_record(list_, *message->mutable_device_list());
  for (const AgreeKeyPair& key : agree_keys_) {
    wire::AgreeKeySecret& secret = *message->add_agree_key();
    write_secret(key.keys.private_key().view(), secret.mutable_x25519());
    write_record(key.record, *secret.mutable_record());
  }
  message->set_last_epoch(last_epoch_);
  SecretBytes bytes((*message).ByteSizeLong());
  (*message).SerializeWithCachedSizesToArray(bytes.mutable_view().data());
  return bytes;
}

Result<DeviceIdentity> DeviceIdentity::parse(ByteView bytes) {
  SecretMessage message;
  Secret<32> root_seed, device_seed;
  if (!parse_wire(bytes, kMaxIdentitySize, *message) || !read_exact(message->root_seed(), root_seed.mutable_view()) ||
      !read_exact(message->device_seed(), device_seed.mutable_view()) || message->rotation_size() > kMaxRotations ||
      message->agree_key_size() < 1 || message->agree_key_size() > kMaxAgreeKeys) {
    return unreadable();
  }
  DeviceIdentity identity(Ed25519KeyPair::from_seed(root_seed.view()), Ed25519KeyPair::from_seed(device_seed.view()));
  const ByteView genesis_bytes = wire_view(message->genesis());
  identity.genesis_.assign(genesis_bytes.begin(), genesis_bytes.end());
  identity.account_.bytes = sha256({as_bytes(kAccountLabel), identity.genesis_});
  identity.last_epoch_ = message->last_epoch();
  wire::Genesis genesis;
  wire::DeviceCertificate certificate;
  wire::DeviceList list;
  bool complete = parse_wire(genesis_bytes, kMaxIdentitySize, genesis) &&
                  read_exact(genesis.recovery(), identity.recovery_.bytes) &&
                  read_record(message->device_certificate(), identity.certificate_) &&
                  parse_wire(identity.certificate_.body, kMaxIdentitySize, certificate) &&
                  read_exact(certificate.device_id(), identity.device_.bytes) &&
                  read_record(message->device_list(), identity.list_) &&
                  parse_wire(identity.list_.body, kMaxIdentitySize, list);
  for (const wire::SignedRecord& rotation : message->rotation()) {
    complete = complete && read_record(rotation, identity.rotations_.emplace_back());
  }
  for (const wire::AgreeKeySecret& secret : message->agree_key()) {
    SignedRecord record;
    wire::AgreeKey key;
    Secret<32> private_key;
    complete = complete && read_exact(secret.x25519(), private_key.mutable_view()) &&
               read_record(secret.record(), record) && parse_wire(record.body, kMaxIdentitySize, key);
    if (!complete) return unreadable();
    identity.agree_keys_.push_back({X25519KeyPair::from_private(private_key.view()), key.epoch(),
                                    time_of(key.not_before_ms()), time_of(key.not_after_ms()), std::move(record)});
  }
  if (!complete) return unreadable();
  identity.list_version_ = list.version();
  identity.list_issued_ = time_of(list.issued_ms());
  if (!identity.matches_its_records()) return unreadable();
  return identity;
}

DeviceIdentity DeviceIdentity::clone() const {
  DeviceIdentity copy(Ed25519KeyPair::from_seed(root_.seed().view()),
                      Ed25519KeyPair::from_seed(device_key_.seed().view()));
  copy.account_ = account_;
  copy.device_ = device_;
  copy.recovery_ = recovery_;
  copy.genesis_ = genesis_;
  copy.rotations_ = rotations_;
  copy.certificate_ = certificate_;
  copy.list_ = list_;
  copy.list_version_ = list_version_;
  copy.list_issued_ = list_issued_;
  for (const AgreeKeyPair& key : agree_keys_) {
    copy.agree_keys_.push_back({key.keys.clone(), key.epoch, key.not_before, key.not_after, key.record});
  }
  copy.last_epoch_ = last_epoch_;
  return copy;
}

bool DeviceIdentity::matches_its_records() const {
  // As others see it, at the last moment at which anything was signed: whatever has passed since is renew()'s matter.
  const WallTime then = std::max(list_issued_, agree_keys_.back().not_before);
  const Result<Contact> seen = verify_bundle(bundle(), then);
  if (!seen || seen->root != root_.public_key() || seen->device_key != device_key_.public_key() ||
      seen->agree_key != agree_keys_.back().keys.public_key() || last_epoch_ != agree_keys_.back().epoch) {
    return false;
  }
  return std::ranges::all_of(agree_keys_, [](const AgreeKeyPair& pair) {
    wire::AgreeKey key;
    X25519PublicKey shown;
    return parse_wire(pair.record.body, kMaxIdentitySize, key) && read_exact(key.x25519(), shown.bytes) &&
           shown == pair.keys.public_key();
  });
}

}  // namespace sotto::signaling
