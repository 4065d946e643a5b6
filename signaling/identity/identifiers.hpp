#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace sotto::signaling {

/// Names an account for good: the hash of its genesis record. Keys may change, this does not.
struct AccountId {
  std::array<uint8_t, 32> bytes{};
  auto operator<=>(const AccountId&) const = default;
};

/// Names one device of an account; random.
struct DeviceId {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const DeviceId&) const = default;
};

/// What a device speaks. The account's root signs it, so that no peer is ever talked down to the weaker class.
enum class DeviceClass : uint8_t {
  kSotto = 1,    ///< Mixes the handshake's secret into the SRTP keys.
  kBrowser = 2,  ///< Plain DTLS-SRTP (RFC 5764).
};

/// A set of algorithms for handshake and media keys.
enum class Suite : uint16_t {
  kNoiseIk25519AesGcmSha256 = 0x0001,
};

}  // namespace sotto::signaling
