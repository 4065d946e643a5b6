#pragma once

#include <compare>
#include <cstdint>

#include "signaling/identity/identifiers.hpp"

namespace sotto::signaling {

/// One device of one account: where a blob goes. Whether there is such a device is another question. Ordered, because
/// it is a key that strangers choose: hash tables can be made slow by that, trees cannot.
struct DeviceAddress {
  AccountId account;
  DeviceId device;
  auto operator<=>(const DeviceAddress&) const = default;
};

/// Names a link for as long as the server runs; counted from 1.
using LinkId = uint64_t;

}  // namespace sotto::signaling
