#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <sotto/result.hpp>
#include "base/secret.hpp"

namespace sotto {

/// What hashing one passphrase costs whoever tries one (Argon2id, RFC 9106; one lane).
struct Argon2idCost {
  uint32_t passes = 3;
  uint32_t memory_kib = 256 * 1024;
  bool operator==(const Argon2idCost&) const = default;
};

/// The most that is worked through, so that nobody's file can stop this machine: 16 passes over 1 GiB.
inline constexpr Argon2idCost kMaxArgon2idCost{16, 1024 * 1024};

/// Makes a key of a passphrase and a salt. kRefused if the cost is beyond kMaxArgon2idCost or below what the algorithm
/// takes (1 pass, 8 KiB); kUnavailable if there is not that much memory. Any thread.
Result<Secret<32>> argon2id(std::string_view passphrase, std::span<const uint8_t, 16> salt, Argon2idCost cost);

}  // namespace sotto
