#pragma once

#include <cstddef>

#include "base/units.hpp"

namespace sotto::transport {

/// What a datagram of this many bytes takes on the path: with headers of UDP and IPv4 (RFC 768, RFC 791). Of a packet
/// of sound they are a fifth, so that a rate without them would depend on what is sent.
constexpr DataSize size_on_path(size_t datagram) { return DataSize::bytes(static_cast<int64_t>(datagram) + 8 + 20); }

}  // namespace sotto::transport
