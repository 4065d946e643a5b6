#pragma once

#include <cstddef>

#include <sotto/result.hpp>
#include "base/bytes.hpp"

namespace sotto::signaling {

/// Plaintexts have one of two sizes, so that a ring, an accept and a hang-up look the same from outside:
///
///     length u16 | message | zeros
inline constexpr size_t kSmallPlaintext = 1024;
inline constexpr size_t kLargePlaintext = 4096;

/// Pads to exactly `size` bytes. kInvalidArgument if the message does not fit.
Result<Bytes> pad(ByteView message, size_t size);

/// The message inside; a view of `plaintext`. kMalformed if the length does not fit or anything but zeros follows.
Result<ByteView> unpad(ByteView plaintext);

}  // namespace sotto::signaling
