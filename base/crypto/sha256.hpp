#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.hpp"

namespace sotto {

using Sha256Digest = std::array<uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of one piece of memory. Any thread.
Sha256Digest sha256(ByteView message);

/// SHA-256 of several pieces, taken as if they stood behind one another. Any thread.
Sha256Digest sha256(std::initializer_list<ByteView> parts);

}  // namespace sotto
