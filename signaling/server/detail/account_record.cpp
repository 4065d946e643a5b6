#include "signaling/server/detail/account_record.hpp"

#include <algorithm>
#include <utility>

#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

std::optional<wire::DeviceCertificate> certificate_of(const wire::DeviceRecord& device, DeviceId& id) {
  wire::DeviceCertificate certificate;
  if (!parse_wire(wire_view(device.device_certificate().body()), kMaxRecordBytes, certificate) ||
      !read_exact(certificate.device_id(), id.bytes)) {
    return std::nullopt;
  }
  return certificate;
}

bool is_device(const wire::DeviceRecord& device, const DeviceId& id) {
  DeviceId own;
  return certificate_of(device, own) && own == id;
}

bool is_named(const wire::DeviceList& list, const wire::DeviceRecord& device) {
  const Sha256Digest hash = sha256({as_bytes(kDeviceLabel), wire_view(device.device_certificate().body())});
  return std::ranges::any_of(list.device(),
                             [&](const std::string& named) { return std::ranges::equal(wire_view(named), hash); });
}

wire::DeviceRecord device_record(const IdentityBundle& bundle) {
  wire::DeviceRecord device;
  write_record(bundle.device_certificate, *device.mutable_device_certificate());
  for (const SignedRecord& key : bundle.agree_keys) write_record(key, *device.add_agree_key());
  return device;
}

}  // namespace

std::optional<Contact> known_account(const AccountId& account, const wire::AccountRecord& record) {
  Contact known;
  known.account = account;
  wire::Genesis genesis;
  if (!parse_wire(wire_view(record.genesis()), kMaxRecordBytes, genesis) ||
      !read_exact(genesis.root(), known.root.bytes)) {
    return std::nullopt;
  }
  for (const wire::SignedRecord& message : record.rotation()) {
    wire::Rotation rotation;
    if (!parse_wire(wire_view(message.body()), kMaxRecordBytes, rotation) ||
        !read_exact(rotation.root(), known.root.bytes)) {
      return std::nullopt;
    }
    known.root_rotations += 1;
  }
  wire::DeviceList list;
  const ByteView body = wire_view(record.device_list().body());
  if (!parse_wire(body, kMaxRecordBytes, list)) return std::nullopt;
  known.list_version = list.version();
  known.list_hash = sha256({as_bytes(kDeviceListLabel), body});
  return known;
}

std::vector<DeviceId> devices_of(const wire::AccountRecord& record) {
  std::vector<DeviceId> ids;
  for (const wire::DeviceRecord& device : record.device()) {
    DeviceId id;
    if (certificate_of(device, id)) ids.push_back(id);
  }
  return ids;
}

bool has_later_agree_key(const wire::AccountRecord& record, const IdentityBundle& bundle, const DeviceId& device) {
  // The newest that the bundle has, in force or not: a clock may be behind.
  wire::AgreeKey newest;
  for (const SignedRecord& signed_key : bundle.agree_keys) {
    wire::AgreeKey key;
    if (parse_wire(signed_key.body, kMaxRecordBytes, key) && key.epoch() > newest.epoch()) newest = key;
  }
  for (const wire::DeviceRecord& stored : record.device()) {
    if (!is_device(stored, device)) continue;
    for (const wire::SignedRecord& message : stored.agree_key()) {
      wire::AgreeKey key;
      if (!parse_wire(wire_view(message.body()), kMaxRecordBytes, key)) continue;
      const bool differs = key.x25519() != newest.x25519();
      if (key.epoch() > newest.epoch() || (key.epoch() == newest.epoch() && differs)) return true;
    }
  }
  return false;
}

std::vector<DeviceId> take_over(const IdentityBundle& bundle, const Contact& device, wire::AccountRecord& record) {
  const std::vector<DeviceId> before = devices_of(record);
  const bool has_new_root = static_cast<int>(bundle.rotations.size()) > record.rotation_size();
  record.set_genesis(wire_string(bundle.genesis));
  record.clear_rotation();
  for (const SignedRecord& rotation : bundle.rotations) write_record(rotation, *record.add_rotation());
  write_record(*bundle.device_list, *record.mutable_device_list());

  wire::DeviceList list;
  (void)parse_wire(bundle.device_list->body, kMaxRecordBytes, list);  // verified, so it parses
  std::vector<wire::DeviceRecord> devices;
  for (wire::DeviceRecord& stored : *record.mutable_device()) {
    const bool stays = !has_new_root && is_named(list, stored) && !is_device(stored, device.device);
    if (stays) devices.push_back(std::move(stored));
  }
  devices.push_back(device_record(bundle));
  record.clear_device();
  for (wire::DeviceRecord& stored : devices) *record.add_device() = std::move(stored);

  std::vector<DeviceId> gone = before;
  const std::vector<DeviceId> after = devices_of(record);
  std::erase_if(gone, [&](const DeviceId& id) { return std::ranges::find(after, id) != after.end(); });
  return gone;
}

}  // namespace sotto::signaling
