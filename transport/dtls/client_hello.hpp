#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace sotto::transport {

/// What tells one attempt of a client from its next one: the random of its ClientHello, the same in each repetition.
using ClientHelloRandom = std::array<uint8_t, 32>;

/// The random of the first ClientHello in a datagram that anybody may have sent (RFC 6347 4.2.2, 4.3.2). Nothing if
/// there is none, or if it comes in fragments and this one lacks the random; our own fits one datagram.
std::optional<ClientHelloRandom> client_hello_random(ByteView datagram);

}  // namespace sotto::transport
