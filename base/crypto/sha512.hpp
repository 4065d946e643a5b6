#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.hpp"

namespace sotto {

using Sha512Digest = std::array<uint8_t, 64>;

/// SHA-512 (FIPS 180-4) over several pieces, taken as if they stood behind one another. Any thread.
Sha512Digest sha512(std::initializer_list<ByteView> parts);

}  // namespace sotto
