#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sotto/result.hpp>
#include "base/crypto/sha256.hpp"

namespace sotto::signaling {

/// SHA-256 of a server's public key (its SubjectPublicKeyInfo, DER): a renewed certificate of the same key keeps it.
using ServerKeyHash = Sha256Digest;

/// Where a server is and, if it has a key of its own making, how it is recognised.
struct ServerAddress {
  std::string host;  ///< A name, an IPv4 address, or an IPv6 address without brackets.
  uint16_t port = 0;
  /// With a pin the key must be this and nothing else is looked at; without, the certificate must be valid for `host`
  /// by the system's authorities.
  std::optional<ServerKeyHash> pin;
  bool operator==(const ServerAddress&) const = default;
};

inline constexpr uint16_t kDefaultServerPort = 7443;

/// Reads "host", "host:port", "[2001:db8::1]:port", each with "#PIN" behind it or not. PIN is base64url without
/// padding, 43 characters. kInvalidArgument with what is wrong.
Result<ServerAddress> parse_server_address(std::string_view text);
/// The same form back, always with the port.
std::string to_string(const ServerAddress& address);
std::string pin_to_string(const ServerKeyHash& pin);

/// A proxy that a link goes through.
struct ProxyAddress {
  enum class Kind { kHttpConnect, kSocks5 };
  Kind kind = Kind::kHttpConnect;
  std::string host;
  uint16_t port = 0;
  std::string username;  ///< Empty: none.
  std::string password;
};

/// Reads "http://host:port" or "socks5://host:port", with "user:password@" or not. kInvalidArgument.
Result<ProxyAddress> parse_proxy_address(std::string_view text);

}  // namespace sotto::signaling
