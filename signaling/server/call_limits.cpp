#include "signaling/server/call_limits.hpp"

#include <algorithm>
#include <optional>

#include "base/crypto/hmac.hpp"
#include "signaling/handshake/blob_header.hpp"

namespace sotto::signaling {
namespace {

// A call that gets no answer tries again after 5 and 15 seconds (HANDSHAKE 2.5): 3 times 8 devices.
constexpr Duration kCallLasts = 60s;
constexpr int kMaxBlobsOfACall = 24;

constexpr uint8_t kBlobVersion = 1;

bool is_kind(ByteView blob, BlobKind kind) {
  return blob.size() >= BlobHeader::kSize && blob[0] == kBlobVersion && blob[1] == static_cast<uint8_t>(kind);
}

uint64_t first_eight_bytes(const Secret<32>& digest) { return ByteReader(digest.view()).u64(); }

}  // namespace

CallLimits::CallLimits(const ServerLimits& limits, RandomSource& random)
    : limits_(limits),
      key_(random.bytes<32>()),
      callers_(limits.accounts_remembered),
      answers_(limits.answers_remembered) {}

Wait CallLimits::send(const AccountId& from, const AccountId& to, ByteView blob, Timestamp now) {
  if (is_kind(blob, BlobKind::kResponse)) answers_.touch(hash(from, to));
  if (!is_kind(blob, BlobKind::kInit)) return std::nullopt;

  Caller& caller = callers_.touch(from);
  const uint64_t callee = hash(to);
  const auto known = std::ranges::find_if(caller.callees, [&](const Callee& one) {
    return one.blobs > 0 && one.blobs < kMaxBlobsOfACall && one.account == callee && now - one.since < kCallLasts;
  });
  if (known != caller.callees.end()) {
    known->blobs += 1;
    return std::nullopt;
  }
  // Only an answer of theirs makes us known to them: nobody can say it of himself.
  if (const Wait wait = call(caller, !answers_.contains(hash(to, from)), now)) return wait;
  *std::ranges::min_element(caller.callees, {}, &Callee::since) = {callee, now, 1};
  return std::nullopt;
}

Wait CallLimits::call(Caller& caller, bool is_stranger, Timestamp now) const {
  const Duration wait = std::max({
      caller.calls.wait(limits_.calls, now),
      is_stranger ? caller.strangers_by_hour.wait(limits_.calls_to_strangers_by_hour, now) : 0s,
      is_stranger ? caller.strangers_by_day.wait(limits_.calls_to_strangers_by_day, now) : 0s,
  });
  if (wait > 0s) return wait;
  caller.calls.take(limits_.calls, now);
  if (is_stranger) {
    caller.strangers_by_hour.take(limits_.calls_to_strangers_by_hour, now);
    caller.strangers_by_day.take(limits_.calls_to_strangers_by_day, now);
  }
  return std::nullopt;
}

uint64_t CallLimits::hash(const AccountId& account) const {
  return first_eight_bytes(hmac_sha256(key_.view(), {account.bytes}));
}

uint64_t CallLimits::hash(const AccountId& who, const AccountId& whom) const {
  return first_eight_bytes(hmac_sha256(key_.view(), {who.bytes, whom.bytes}));
}

}  // namespace sotto::signaling
