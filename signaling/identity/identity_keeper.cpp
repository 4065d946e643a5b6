#include "signaling/identity/identity_keeper.hpp"

#include <utility>

namespace sotto::signaling {

IdentityKeeper::IdentityKeeper(DeviceIdentity identity, Save save)
    : current_(std::make_shared<const DeviceIdentity>(std::move(identity))), save_(std::move(save)) {}

std::shared_ptr<const DeviceIdentity> IdentityKeeper::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Result<bool> IdentityKeeper::renew(WallTime now, RandomSource& random) {
  if (!current()->renewal_due(now)) return false;
  bool changed = false;
  const Result<void> updated = update([&](DeviceIdentity& identity) -> Result<void> {
    changed = identity.renew(now, random);
    return {};
  });
  if (!updated) return updated.error();
  return changed;
}

Result<void> IdentityKeeper::update(const std::function<Result<void>(DeviceIdentity&)>& change) {
  // Saving takes as long as the passphrase's hashing: whoever asks for current() meanwhile does not wait for it.
  const std::lock_guard changing(changing_);
  auto next = std::make_shared<DeviceIdentity>(current()->clone());
  if (const Result<void> changed = change(*next); !changed) return changed.error();
  if (save_) {
    if (const Result<void> saved = save_(*next); !saved) return saved.error();
  }
  const std::lock_guard lock(mutex_);
  current_ = std::move(next);
  return {};
}

}  // namespace sotto::signaling
