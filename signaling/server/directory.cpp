#include "signaling/server/directory.hpp"

#include <algorithm>
#include <utility>

#include "base/secret.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"
#include "signaling/server/detail/account_record.hpp"

namespace sotto::signaling {
namespace {

constexpr int kMaxDenied = 64;     // server.proto
constexpr size_t kTokenSize = 16;  // likewise
constexpr size_t kMaxProfile = 4096;

wire::Refusal refusal_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kMalformed:
    case ErrorCode::kInvalidArgument:
      return wire::REFUSAL_MALFORMED;
    case ErrorCode::kExpired:
      return wire::REFUSAL_EXPIRED;
    case ErrorCode::kUnavailable:
      return wire::REFUSAL_STORAGE;
    case ErrorCode::kRefused:
    case ErrorCode::kTimeout:
    case ErrorCode::kInternal:
      return wire::REFUSAL_FORGED;
  }
  return wire::REFUSAL_FORGED;
}

/// What is wrong with a list of a device that is who it says: verify_device_list() has refused it.
wire::Refusal list_refusal(const Error& error, const Contact& device, const Contact& known, ByteView list_body,
                           const wire::AccountRecord& record) {
  wire::DeviceList list;
  if (error.code != ErrorCode::kRefused || !parse_wire(list_body, kMaxRecordBytes, list)) return refusal_of(error);
  const std::vector<DeviceId> devices = devices_of(record);
  const bool is_known_device = std::ranges::find(devices, device.device) != devices.end();
  if (list.version() > known.list_version) {
    const bool is_named = std::ranges::any_of(list.device(), [&](const std::string& named) {
      return std::ranges::equal(wire_view(named), device.device_hash);
    });
    return is_named ? wire::REFUSAL_FORGED : wire::REFUSAL_REVOKED;
  }
  return is_known_device ? wire::REFUSAL_ROLLED_BACK : wire::REFUSAL_REVOKED;
}

bool is_valid(const wire::Profile& profile) {
  const bool token_fits = profile.token().empty() || profile.token().size() == kTokenSize;
  return token_fits && profile.denied_size() <= kMaxDenied &&
         std::ranges::all_of(profile.denied(), [](const std::string& account) { return account.size() == 32; });
}

/// Whether the account of this profile may be seen by who asks. Takes as long whatever the answer is.
bool shows(const wire::Profile& profile, const AccountId& asker, const wire::LookUp& question) {
  bool is_denied = false;
  for (const std::string& account : profile.denied()) is_denied |= equal_constant_time(wire_view(account), asker.bytes);
  const bool has_token = !question.account_id().empty() && !profile.token().empty() &&
                         equal_constant_time(wire_view(profile.token()), wire_view(question.token()));
  return !is_denied && (!profile.hidden() || has_token);
}

}  // namespace

/// A bundle whose chain holds, but for its list, which is held against what is known of the account.
struct Directory::Proven {
  IdentityBundle bundle;
  Contact device;
};

void Directory::set_registration(RegistrationMode mode, Invites invites) {
  mode_ = mode;
  invites_ = std::move(invites);
}

Outcome<Directory::Proven> Directory::prove(ByteView bytes, WallTime now) {
  Result<IdentityBundle> bundle = parse_bundle(bytes);
  if (!bundle) return refusal_of(bundle.error());
  if (!bundle->device_list) return wire::REFUSAL_MALFORMED;
  Result<Contact> device = verify_credentials(*bundle, now);
  if (!device) return refusal_of(device.error());
  return Proven{std::move(bundle).value(), std::move(device).value()};
}

Outcome<Directory::Proven> Directory::prove_sign_in(const std::string& bundle, const std::string& proof,
                                                    const SignInChallenge& challenge, WallTime now) {
  Outcome<Proven> proven = prove(wire_view(bundle), now);
  if (!proven) return proven;
  const SignInClaim claim{challenge.channel, challenge.server_key, proven->device.account, proven->device.device,
                          challenge.nonce};
  Bytes message(kSignInLabel.begin(), kSignInLabel.end());
  append(message, serialize(claim));
  if (!ed25519_verify(proven->device.device_key, message, wire_view(proof))) return wire::REFUSAL_BAD_PROOF;
  return proven;
}

Outcome<Member> Directory::sign_in(const wire::SignIn& message, const SignInChallenge& challenge, WallTime now) {
  Outcome<Proven> proven = prove_sign_in(message.bundle(), message.proof(), challenge, now);
  if (!proven) return proven.denial();
  Result<std::optional<DirectoryRow>> row = store_.load(proven->device.account);
  if (!row) return refusal_of(row.error());
  if (!row->has_value()) return wire::REFUSAL_NOT_REGISTERED;
  return take_over(std::move(*proven), std::move(**row), now);
}

Outcome<Member> Directory::register_account(const wire::Register& message, const SignInChallenge& challenge,
                                            WallTime now) {
  Outcome<Proven> proven = prove_sign_in(message.bundle(), message.proof(), challenge, now);
  if (!proven) return proven.denial();
  SignedRecord signed_claim;
  wire::NameClaim claim;
  if (!read_record(message.name_claim(), signed_claim) || !parse_wire(signed_claim.body, kMaxRecordBytes, claim)) {
    return wire::REFUSAL_MALFORMED;
  }
  if (!valid_name(claim.name())) return wire::REFUSAL_NAME_INVALID;
  Result<std::string> name = verify_name_claim(signed_claim, proven->device.account, proven->device.root);
  if (!name) return refusal_of(name.error());
  Result<std::optional<DirectoryRow>> row = store_.load(proven->device.account);
  if (!row) return refusal_of(row.error());
  if (!row->has_value()) return insert(std::move(*proven), std::move(name).value(), message, now);
  // The answer to its first registration may have been lost.
  if ((*row)->name != *name) return wire::REFUSAL_ALREADY_REGISTERED;
  return take_over(std::move(*proven), std::move(**row), now);
}

Outcome<Member> Directory::publish(const DeviceAddress& who, ByteView bundle, WallTime now) {
  Outcome<Proven> proven = prove(bundle, now);
  if (!proven) return proven.denial();
  if (DeviceAddress{proven->device.account, proven->device.device} != who) return wire::REFUSAL_FORGED;
  Result<std::optional<DirectoryRow>> row = store_.load(who.account);
  if (!row) return refusal_of(row.error());
  if (!row->has_value()) return wire::REFUSAL_NOT_REGISTERED;
  return take_over(std::move(*proven), std::move(**row), now);
}

Outcome<Member> Directory::insert(Proven proven, std::string name, const wire::Register& message, WallTime now) {
  if (const Result<void> list = verify_device_list(proven.device, *proven.bundle.device_list, now); !list) {
    return refusal_of(list.error());
  }
  std::optional<Sha256Digest> invite;
  switch (mode_) {
    case RegistrationMode::kOpen:
      break;
    case RegistrationMode::kByInvite:
      invite = invites_.find(wire_view(message.invite()));
      if (!invite) return wire::REFUSAL_INVITE_INVALID;
      break;
    case RegistrationMode::kClosed:
      return wire::REFUSAL_REGISTRATION_CLOSED;
  }
  wire::AccountRecord record;
  *record.mutable_name_claim() = message.name_claim();
  (void)signaling::take_over(proven.bundle, proven.device, record);
  if (record.ByteSizeLong() > kMaxRecordBytes) return wire::REFUSAL_MALFORMED;
  const DirectoryRow row{proven.device.account, std::move(name), serialize_wire(record), {}};
  const Result<DirectoryStore::Inserted> inserted = store_.insert(row, invite);
  if (!inserted) return refusal_of(inserted.error());
  switch (*inserted) {
    case DirectoryStore::Inserted::kDone:
      return Member{{row.account, proven.device.device}, row.name, {}};
    case DirectoryStore::Inserted::kNameTaken:
      return wire::REFUSAL_NAME_TAKEN;
    case DirectoryStore::Inserted::kInviteUsed:
      return wire::REFUSAL_INVITE_INVALID;
    case DirectoryStore::Inserted::kAccountTaken:
      break;
  }
  return wire::REFUSAL_ALREADY_REGISTERED;
}

Outcome<Member> Directory::take_over(Proven proven, DirectoryRow row, WallTime now) {
  wire::AccountRecord record;
  if (!parse_wire(row.record, kMaxRecordBytes, record)) return wire::REFUSAL_STORAGE;
  const std::optional<Contact> known = known_account(row.account, record);
  if (!known) return wire::REFUSAL_STORAGE;

  if (!check_same_account(*known, proven.device)) return wire::REFUSAL_ROLLED_BACK;
  proven.device.list_version = known->list_version;
  proven.device.list_hash = known->list_hash;
  const SignedRecord& list = *proven.bundle.device_list;
  if (const Result<void> verified = verify_device_list(proven.device, list, now); !verified) {
    return list_refusal(verified.error(), proven.device, *known, list.body, record);
  }
  if (has_later_agree_key(record, proven.bundle, proven.device.device)) return wire::REFUSAL_ROLLED_BACK;

  Member member{{row.account, proven.device.device}, row.name, {}};
  member.revoked = signaling::take_over(proven.bundle, proven.device, record);
  if (record.ByteSizeLong() > kMaxRecordBytes) return wire::REFUSAL_MALFORMED;
  Bytes bytes = serialize_wire(record);
  if (bytes == row.record) return member;
  row.record = std::move(bytes);
  if (const Result<void> updated = store_.update(row); !updated) return refusal_of(updated.error());
  return member;
}

Outcome<bool> Directory::set_profile(const AccountId& account, const wire::Profile& profile) {
  if (!is_valid(profile)) return wire::REFUSAL_MALFORMED;
  Result<std::optional<DirectoryRow>> row = store_.load(account);
  if (!row) return refusal_of(row.error());
  if (!row->has_value()) return wire::REFUSAL_NOT_REGISTERED;
  wire::Profile stored = profile;
  stored.clear_request();
  Bytes bytes = serialize_wire(stored);
  if (bytes == (*row)->profile) return true;
  (*row)->profile = std::move(bytes);
  if (const Result<void> updated = store_.update(**row); !updated) return refusal_of(updated.error());
  return true;
}

Outcome<std::optional<AccountId>> Directory::find_target(const wire::LookUp& question) {
  if (question.account_id().empty()) {
    if (!valid_name(question.name())) return wire::REFUSAL_MALFORMED;
    const Result<std::optional<AccountId>> found = store_.find(question.name());
    if (!found) return refusal_of(found.error());
    return *found;
  }
  AccountId account;
  if (!question.name().empty() || !read_exact(question.account_id(), account.bytes)) return wire::REFUSAL_MALFORMED;
  const Result<bool> known = store_.contains(account);
  if (!known) return refusal_of(known.error());
  return *known ? std::optional(account) : std::nullopt;
}

Outcome<std::optional<Bytes>> Directory::look_up(const AccountId& asker, const wire::LookUp& question) {
  const Outcome<std::optional<AccountId>> target = find_target(question);
  if (!target) return target.denial();
  // An account that is not there costs what one costs that does not show itself: the asker's own is read in its place.
  Result<std::optional<DirectoryRow>> row = store_.load(target->value_or(asker));
  if (!row || !row->has_value()) return row ? wire::REFUSAL_STORAGE : refusal_of(row.error());
  wire::Profile profile;
  if (!parse_wire((*row)->profile, kMaxProfile, profile)) return wire::REFUSAL_STORAGE;
  const bool is_shown = shows(profile, asker, question);
  const bool is_own = *target == asker;
  if (!target->has_value() || (!is_shown && !is_own)) return std::optional<Bytes>();
  return std::optional(std::move((*row)->record));
}

}  // namespace sotto::signaling
