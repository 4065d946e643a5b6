#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "base/random.hpp"
#include "signaling/identity/device_identity.hpp"

namespace sotto::signaling {

/// The identity of a running process. Its records change while it runs (a new agree key each week): whoever needs them
/// takes current(), a snapshot that stays as it is. If it came from a file, a change is in the file before it is here.
/// Any thread.
class IdentityKeeper {
 public:
  /// Writes a changed identity; an error keeps the old one in use.
  using Save = std::function<Result<void>(const DeviceIdentity& identity)>;

  explicit IdentityKeeper(DeviceIdentity identity, Save save = nullptr);

  std::shared_ptr<const DeviceIdentity> current() const;
  /// Brings the records up to date as DeviceIdentity::renew. True if they changed and are to be published again.
  Result<bool> renew(WallTime now, RandomSource& random);
  /// Any other change: `change` is given a copy, which takes the place of the current one if it succeeds and is saved.
  Result<void> update(const std::function<Result<void>(DeviceIdentity&)>& change);

 private:
  mutable std::mutex mutex_;
  std::mutex changing_;
  std::shared_ptr<const DeviceIdentity> current_;
  const Save save_;
};

}  // namespace sotto::signaling
