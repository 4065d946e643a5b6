#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "signaling/identity/detail/contact_codec.hpp"
#include "signaling/identity/detail/sealed_form.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/contact_store.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

// Its content: length u32, ContactStore.
constexpr SealedForm kForm{
    .magic = {"SOTTOCT\0", 8},
    .key_label = "sotto contacts v1",
    .step = 4096,
    .not_ours = "This is not a contacts file of sotto.",
    .newer = "The contacts file is cut short, or of a newer version of sotto.",
    .refused = "The contacts file belongs to another identity, or is damaged.",
};
constexpr size_t kMaxHintSize = 64;

uint64_t to_wire(WallTime time) { return static_cast<uint64_t>(time.time_since_epoch().count()); }
WallTime from_wire(uint64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(static_cast<int64_t>(milliseconds & INT64_MAX)));
}

Error malformed() { return {ErrorCode::kMalformed, "The contacts file is damaged inside."}; }

void write_account(const KnownAccount& account, wire::KnownAccount& message) {
  const Contact& pinned = account.pinned;
  message.set_name(account.name);
  message.set_bundle(wire_string(pinned.bundle));
  message.set_account_id(wire_string(pinned.account.bytes));
  message.set_root(wire_string(pinned.root.bytes));
  message.set_root_rotations(pinned.root_rotations);
  message.set_list_version(pinned.list_version);
  message.set_list_hash(wire_string(pinned.list_hash));
  message.set_device_id(wire_string(pinned.device.bytes));
  message.set_device_class(static_cast<uint32_t>(pinned.device_class));
  message.set_device_key(wire_string(pinned.device_key.bytes));
  message.set_device_hash(wire_string(pinned.device_hash));
  message.set_agree_key(wire_string(pinned.agree_key.bytes));
  message.set_agree_key_epoch(pinned.agree_key_epoch);
  message.set_agree_key_not_before_ms(to_wire(pinned.agree_key_not_before));
  message.set_agree_key_not_after_ms(to_wire(pinned.agree_key_not_after));
  for (const uint16_t suite : pinned.suites) message.add_suite(suite);
  message.set_added(account.added);
  message.set_blocked(account.blocked);
  message.set_verified(account.verified);
  message.set_hide_address(account.hide_address);
  message.set_key_changed(account.key_changed);
  message.set_was_verified(account.was_verified);
  message.set_added_at_ms(to_wire(account.added_at));
  message.set_last_request_ms(to_wire(account.last_request));
  message.set_name_hint(account.name_hint);
}

bool read_account(const wire::KnownAccount& message, KnownAccount& account) {
  Contact& pinned = account.pinned;
  account.name = message.name();
  const ByteView bundle = wire_view(message.bundle());
  pinned.bundle.assign(bundle.begin(), bundle.end());
  pinned.root_rotations = message.root_rotations();
  pinned.list_version = message.list_version();
  pinned.agree_key_epoch = message.agree_key_epoch();
  pinned.agree_key_not_before = from_wire(message.agree_key_not_before_ms());
  pinned.agree_key_not_after = from_wire(message.agree_key_not_after_ms());
  for (const uint32_t suite : message.suite()) pinned.suites.push_back(static_cast<uint16_t>(suite));
  account.added = message.added();
  account.blocked = message.blocked();
  account.verified = message.verified();
  account.hide_address = message.hide_address();
  account.key_changed = message.key_changed();
  account.was_verified = message.was_verified();
  account.added_at = from_wire(message.added_at_ms());
  account.last_request = from_wire(message.last_request_ms());
  account.name_hint = message.name_hint();
  const bool known_class = message.device_class() == static_cast<uint32_t>(DeviceClass::kSotto) ||
                           message.device_class() == static_cast<uint32_t>(DeviceClass::kBrowser);
  if (known_class) pinned.device_class = static_cast<DeviceClass>(message.device_class());
  return known_class && storable(account) && read_exact(message.account_id(), pinned.account.bytes) &&
         read_exact(message.root(), pinned.root.bytes) && read_exact(message.list_hash(), pinned.list_hash) &&
         read_exact(message.device_id(), pinned.device.bytes) &&
         read_exact(message.device_key(), pinned.device_key.bytes) &&
         read_exact(message.device_hash(), pinned.device_hash) &&
         read_exact(message.agree_key(), pinned.agree_key.bytes);
}

}  // namespace

bool storable(const KnownAccount& account) {
  const Contact& pinned = account.pinned;
  return (account.name.empty() || valid_name(account.name)) && account.name_hint.size() <= kMaxHintSize &&
         pinned.bundle.size() <= kMaxBundleSize && pinned.root_rotations <= kMaxRotations &&
         pinned.suites.size() <= kMaxSuites;
}

namespace {

SecretBytes serialize(const ContactFile& contacts) {
  wire::ContactStore message;
  for (const KnownAccount& account : contacts.accounts) write_account(account, *message.add_account());
  if (contacts.blocks_told) message.set_blocks_told(wire_string(*contacts.blocks_told));
  SecretBytes bytes(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(bytes.mutable_view().data());
  return bytes;
}

Result<ContactFile> parse(ByteView bytes) {
  wire::ContactStore message;
  if (!parse_wire(bytes, kMaxContactFileSize, message) ||
      static_cast<size_t>(message.account_size()) > kMaxKnownAccounts) {
    return malformed();
  }
  ContactFile contacts;
  if (!message.blocks_told().empty() && !read_exact(message.blocks_told(), contacts.blocks_told.emplace())) {
    return malformed();
  }
  std::vector<KnownAccount>& accounts = contacts.accounts;
  accounts.resize(static_cast<size_t>(message.account_size()));
  std::set<AccountId> ids;
  std::set<std::string> names;
  for (int i = 0; i < message.account_size(); ++i) {
    KnownAccount& account = accounts[static_cast<size_t>(i)];
    if (!read_account(message.account(i), account)) return malformed();
    if (!ids.insert(account.pinned.account).second) return malformed();
    if (named_by_user(account) && !names.insert(account.name).second) return malformed();
  }
  return contacts;
}

}  // namespace

SecretBytes serialize_accounts(const std::vector<KnownAccount>& accounts) { return serialize({accounts, {}}); }

Result<std::vector<KnownAccount>> parse_accounts(ByteView bytes) {
  Result<ContactFile> contacts = parse(bytes);
  if (!contacts) return contacts.error();
  return std::move(contacts->accounts);
}

Bytes seal_contacts(const ContactFile& contacts, const Secret<32>& store_key, RandomSource& random) {
  const SecretBytes serialized = serialize(contacts);
  SecretBytes content(4 + serialized.size());
  ByteWriter writer(content.mutable_view());
  writer.u32(static_cast<uint32_t>(serialized.size()));
  writer.bytes(serialized.view());
  return seal(kForm, store_key, content.view(), random);
}

Result<ContactFile> unseal_contacts(ByteView file, const Secret<32>& store_key) {
  const Result<SecretBytes> content = unseal(kForm, store_key, file);
  if (!content) return content.error();
  ByteReader inside(content->view());
  const ByteView serialized = inside.take(inside.u32());
  if (!inside.ok()) return malformed();
  return parse(serialized);
}

}  // namespace sotto::signaling
