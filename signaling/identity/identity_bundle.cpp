#include "signaling/identity/identity_bundle.hpp"

#include "signaling/identity/contact.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {

Bytes serialize_bundle(const IdentityBundle& bundle) {
  wire::Bundle message;
  write_bundle(bundle, message);
  return serialize_wire(message);
}

Result<IdentityBundle> parse_bundle(ByteView bytes) {
  wire::Bundle message;
  if (!parse_wire(bytes, kMaxBundleSize, message)) {
    return Error{ErrorCode::kMalformed, "The identity bundle does not parse."};
  }
  return read_bundle(message);
}

void write_record(const SignedRecord& record, wire::SignedRecord& message) {
  message.set_body(wire_string(record.body));
  message.set_signature(wire_string(record.signature));
}

bool read_record(const wire::SignedRecord& message, SignedRecord& record) {
  const ByteView body = wire_view(message.body());
  record.body.assign(body.begin(), body.end());
  return !body.empty() && read_exact(message.signature(), record.signature);
}

void write_bundle(const IdentityBundle& bundle, wire::Bundle& message) {
  message.set_genesis(wire_string(bundle.genesis));
  for (const SignedRecord& rotation : bundle.rotations) write_record(rotation, *message.add_rotation());
  write_record(bundle.device_certificate, *message.mutable_device_certificate());
  if (bundle.device_list) write_record(*bundle.device_list, *message.mutable_device_list());
  for (const SignedRecord& key : bundle.agree_keys) write_record(key, *message.add_agree_key());
}

Result<IdentityBundle> read_bundle(const wire::Bundle& message) {
  const Error malformed{ErrorCode::kMalformed, "The identity bundle breaks a limit of its format."};
  if (message.rotation_size() > kMaxRotations || message.agree_key_size() < 1 ||
      message.agree_key_size() > kMaxAgreeKeys) {
    return malformed;
  }
  IdentityBundle bundle;
  const ByteView genesis = wire_view(message.genesis());
  bundle.genesis.assign(genesis.begin(), genesis.end());
  bool complete = !genesis.empty() && read_record(message.device_certificate(), bundle.device_certificate);
  for (const wire::SignedRecord& rotation : message.rotation()) {
    complete = complete && read_record(rotation, bundle.rotations.emplace_back());
  }
  for (const wire::SignedRecord& key : message.agree_key()) {
    complete = complete && read_record(key, bundle.agree_keys.emplace_back());
  }
  if (message.has_device_list()) {
    complete = complete && read_record(message.device_list(), bundle.device_list.emplace());
  }
  if (!complete) return malformed;
  return bundle;
}

}  // namespace sotto::signaling
