#include "engine/directory_verdict.hpp"

#include <utility>

#include "base/log.hpp"
#include "signaling/identity/identity_bundle.hpp"
#include "signaling/identity/verify.hpp"

namespace sotto::engine {
namespace {

using signaling::Contact;

// The most devices of an account (HANDSHAKE 2.2).
constexpr size_t kMaxBundles = 8;

/// Whether `list`, which is newer than what `pinned` knows, still names its device.
bool still_listed(Contact pinned, ByteView bundle_with_list, WallTime now) {
  const auto bundle = signaling::parse_bundle(bundle_with_list);
  return bundle && bundle->device_list && signaling::verify_device_list(pinned, *bundle->device_list, now).ok();
}

}  // namespace

DirectoryVerdict judge(const std::optional<signaling::DirectoryEntry>& entry, const signaling::KnownAccount* known,
                       WallTime now) {
  if (!entry || entry->bundles.empty()) {
    return known != nullptr ? DirectoryVerdict{} : DirectoryVerdict{{}, EndReason::kUnknownName};
  }
  DirectoryVerdict verdict;
  bool expired = false;
  for (size_t i = 0; i < entry->bundles.size() && i < kMaxBundles; ++i) {
    auto device = signaling::verify_bundle(entry->bundles[i], now);
    if (device && known != nullptr) {
      if (device->account != known->pinned.account) return {{}, EndReason::kOtherPerson};
      device = signaling::verify_bundle(entry->bundles[i], now, &known->pinned);
    }
    if (!device) {
      expired = expired || device.error().code == ErrorCode::kExpired;
      log(LogLevel::kWarning, "engine", "the directory's record is of no use: " + device.error().message);
      continue;
    }
    if (verdict.peer && device->account != verdict.peer->account) return {{}, EndReason::kSecurityFailure};
    const bool preferred = known != nullptr && device->device == known->pinned.device;
    if (!verdict.peer || preferred) verdict.peer = std::move(*device);
  }
  if (!verdict.peer) {
    if (known == nullptr) verdict.problem = expired ? EndReason::kOutdated : EndReason::kSecurityFailure;
    return verdict;
  }
  if (known == nullptr) return verdict;
  const Contact& pinned = known->pinned;
  if (known->added && verdict.peer->root_rotations > pinned.root_rotations) {
    verdict.problem = EndReason::kKeyChanged;
  } else if (verdict.peer->device != pinned.device && still_listed(pinned, verdict.peer->bundle, now)) {
    // Another device of the account, while the one that we know is still good: the directory just did not show it.
    verdict.peer.reset();
  }
  return verdict;
}

}  // namespace sotto::engine
