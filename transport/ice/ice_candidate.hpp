#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sotto/result.hpp>

namespace sotto::transport {

/// An IPv4 or IPv6 address without a scope.
class IpAddress {
 public:
  /// From its text form ("192.0.2.1", "2001:db8::1"); names and scopes are not addresses.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v6() const { return v6_; }
  std::string text() const;

  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_multicast() const;
  /// Valid on one link only: needs a scope to be reached, and tells more about a network than about a path.
  bool is_link_local() const;
  /// IPv4 written as IPv6 (::ffff:0:0/96), a known way around filters.
  bool is_v4_mapped() const;
  bool is_broadcast() const;

  bool operator==(const IpAddress&) const = default;

 private:
  std::array<uint8_t, 16> bytes_{};  // IPv4 uses the first four
  bool v6_ = false;
};

enum class IceCandidateType { kHost, kServerReflexive, kPeerReflexive, kRelayed };

/// A UDP candidate of component 1 (RFC 8839 5.1).
struct IceCandidate {
  std::string foundation = {};
  uint32_t priority = 0;
  IpAddress address = {};
  uint16_t port = 0;
  IceCandidateType type = IceCandidateType::kHost;

  /// "candidate:FOUNDATION 1 UDP PRIORITY ADDRESS PORT typ TYPE". Related addresses are left out of it, written as
  /// 0.0.0.0 where the grammar wants one: they serve diagnosis only, and would tell the address behind a relay.
  std::string line() const;
};

/// Parses a candidate line, with or without "a=". kMalformed if it is not one of RFC 8839 5.1; kRefused if it is for
/// TCP or another component. Related addresses and extensions are skipped.
Result<IceCandidate> parse_ice_candidate(std::string_view line);

/// Whether we may send checks to where the peer says it is. kRefused for unspecified, multicast, broadcast, link-local
/// and IPv4-mapped addresses, port 0, and, unless `allow_loopback`, loopback: none of them is a peer's, but all of them
/// reach something.
Result<void> validate_remote_candidate(const IceCandidate& candidate, bool allow_loopback);

}  // namespace sotto::transport
