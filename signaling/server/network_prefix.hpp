#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>

namespace sotto::signaling {

/// The part of a network address that limits are held against, because whoever has one address of it usually has them
/// all: a /24 of IPv4, a /56 of IPv6 (HANDSHAKE 6.4). Kept in memory only, and never written anywhere.
class NetworkPrefix {
 public:
  NetworkPrefix() = default;
  static NetworkPrefix of_ipv4(const std::array<uint8_t, 4>& address);
  /// An IPv4 address mapped into IPv6 (::ffff:0:0/96, RFC 4291 section 2.5.5.2) counts as what it is.
  static NetworkPrefix of_ipv6(const std::array<uint8_t, 16>& address);

  auto operator<=>(const NetworkPrefix&) const = default;

 private:
  bool is_ipv6_ = false;
  std::array<uint8_t, 7> bytes_{};
};

}  // namespace sotto::signaling
