#include <sotto/identity.hpp>

#include "base/random.hpp"
#include "signaling/identity/device_identity.hpp"

namespace sotto {

Identity Identity::create() {
  return Identity(std::make_shared<const signaling::DeviceIdentity>(
      signaling::DeviceIdentity::create(system_random(), wall_now())));
}

std::vector<uint8_t> Identity::bundle() const { return keys_->bundle(); }

AccountId Identity::account() const { return keys_->account().bytes; }

std::array<uint8_t, 16> Identity::device() const { return keys_->device().bytes; }

}  // namespace sotto
