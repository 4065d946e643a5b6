#include "signaling/identity/name.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "signaling/identity/verify.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

constexpr std::string_view kNameLabel{"sotto name v1\0", 14};
constexpr size_t kMaxClaimSize = 128;

// Not isalpha() and its like: they follow the locale.
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_allowed(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; }

}  // namespace

bool valid_name(std::string_view name) {
  return name.size() >= kMinNameSize && name.size() <= kMaxNameSize && is_letter(name.front()) &&
         std::ranges::all_of(name, is_allowed);
}

std::optional<std::string> normal_name(std::string_view typed) {
  std::string name(typed);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (!valid_name(name)) return std::nullopt;
  return name;
}

SignedRecord make_name_claim(const DeviceIdentity& identity, std::string_view name) {
  SOTTO_ASSERT(valid_name(name));
  wire::NameClaim claim;
  claim.set_account_id(wire_string(identity.account().bytes));
  claim.set_name(std::string(name));
  return identity.sign_by_root(kNameLabel, serialize_wire(claim));
}

Result<std::string> verify_name_claim(const SignedRecord& record, const AccountId& account,
                                      const Ed25519PublicKey& root) {
  wire::NameClaim claim;
  AccountId claimed;
  if (!parse_wire(record.body, kMaxClaimSize, claim) || !read_exact(claim.account_id(), claimed.bytes)) {
    return Error{ErrorCode::kMalformed, "The name claim does not parse."};
  }
  if (claimed != account) return Error{ErrorCode::kRefused, "The name was claimed by another account."};
  if (!verify_record(root, kNameLabel, record)) {
    return Error{ErrorCode::kRefused, "The name claim is not signed by the account's root key."};
  }
  if (!valid_name(claim.name())) return Error{ErrorCode::kRefused, "The claimed name is not a valid name."};
  return claim.name();
}

}  // namespace sotto::signaling
