#include "signaling/client/detail/directory_answer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

constexpr int kMaxRelays = 8;
constexpr size_t kMaxRelayUri = 256;
constexpr size_t kMaxRelayCredential = 512;

Error malformed() { return Error{ErrorCode::kMalformed, "The directory's answer makes no sense."}; }

Error another_account() {
  return Error{ErrorCode::kRefused,
               "The directory answers with another account than the one asked for: do not trust it."};
}

/// An account's id and every root that it has had: a name may have been claimed by an earlier one.
struct Roots {
  AccountId account;
  std::vector<Ed25519PublicKey> keys;
};

Result<Roots> read_roots(const wire::AccountRecord& record) {
  wire::Genesis genesis;
  Roots roots;
  Ed25519PublicKey recovery;
  const ByteView genesis_bytes = wire_view(record.genesis());
  if (!parse_wire(genesis_bytes, kMaxBundleSize, genesis) ||
      !read_exact(genesis.root(), roots.keys.emplace_back().bytes) || !read_exact(genesis.recovery(), recovery.bytes) ||
      record.rotation_size() > kMaxRotations) {
    return malformed();
  }
  roots.account.bytes = sha256({as_bytes(kAccountLabel), genesis_bytes});
  for (const wire::SignedRecord& message : record.rotation()) {
    SignedRecord signed_record;
    wire::Rotation rotation;
    if (!read_record(message, signed_record) || !parse_wire(signed_record.body, kMaxBundleSize, rotation) ||
        !read_exact(rotation.root(), roots.keys.emplace_back().bytes)) {
      return malformed();
    }
    if (!verify_record(recovery, kRotationLabel, signed_record) ||
        !std::ranges::equal(wire_view(rotation.account_id()), roots.account.bytes)) {
      return another_account();
    }
  }
  return roots;
}

Result<std::string> read_name(const wire::AccountRecord& record, const Roots& roots) {
  SignedRecord claim;
  if (!read_record(record.name_claim(), claim)) return malformed();
  for (const Ed25519PublicKey& root : roots.keys) {
    Result<std::string> name = verify_name_claim(claim, roots.account, root);
    if (name) return name;
  }
  return another_account();
}

// What Bundle has for one device.
Bytes bundle_of(const wire::AccountRecord& record, const wire::DeviceRecord& device) {
  wire::Bundle bundle;
  bundle.set_genesis(record.genesis());
  *bundle.mutable_rotation() = record.rotation();
  *bundle.mutable_device_certificate() = device.device_certificate();
  *bundle.mutable_device_list() = record.device_list();
  *bundle.mutable_agree_key() = device.agree_key();
  return serialize_wire(bundle);
}

bool is_relay_uri(std::string_view uri) {
  constexpr std::array<std::string_view, 4> kSchemes = {"turn:", "turns:", "stun:", "stuns:"};
  return uri.size() <= kMaxRelayUri &&
         std::ranges::any_of(kSchemes, [&](std::string_view scheme) { return uri.starts_with(scheme); }) &&
         std::ranges::all_of(uri, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<std::optional<DirectoryEntry>> read_directory_answer(const wire::LookedUp& answer, const Request& request) {
  if (!answer.has_account()) return std::optional<DirectoryEntry>();
  const wire::AccountRecord& record = answer.account();
  if (record.device_size() < 1 || record.device_size() > kMaxDevices) return malformed();
  const Result<Roots> roots = read_roots(record);
  if (!roots) return roots.error();
  Result<std::string> name = read_name(record, *roots);
  if (!name) return name.error();
  const bool is_asked_for = request.account ? *request.account == roots->account : request.name == *name;
  if (!is_asked_for) return another_account();
  DirectoryEntry entry{*std::move(name), {}};
  for (const wire::DeviceRecord& device : record.device()) {
    Bytes bundle = bundle_of(record, device);
    if (!parse_bundle(bundle)) return malformed();
    entry.bundles.push_back(std::move(bundle));
  }
  return std::optional(std::move(entry));
}

Result<std::vector<RelayServer>> read_relays(const wire::RelayCredentials& credentials) {
  const Error malformed{ErrorCode::kMalformed, "The server's relays make no sense."};
  if (credentials.uri_size() > kMaxRelays || credentials.username().size() > kMaxRelayCredential ||
      credentials.password().size() > kMaxRelayCredential) {
    return malformed;
  }
  std::vector<RelayServer> relays;
  for (const std::string& uri : credentials.uri()) {
    if (!is_relay_uri(uri)) return malformed;
    relays.push_back({uri, credentials.username(), credentials.password()});
  }
  return relays;
}

}  // namespace sotto::signaling
