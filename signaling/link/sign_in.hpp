#pragma once

#include <array>
#include <string_view>

#include "base/bytes.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/link/server_address.hpp"

typedef struct ssl_st SSL;
typedef struct x509_st X509;

namespace sotto::signaling {

/// Names the protocol in TLS (RFC 7301), version included.
inline constexpr std::string_view kLinkProtocol = "sotto/1";

using SignInNonce = std::array<uint8_t, 32>;
/// Bound to one TLS connection, the same at both ends (RFC 9266, "tls-exporter").
using ChannelBinding = std::array<uint8_t, 32>;

/// What a device signs to prove itself to a server, behind the label "sotto device auth v1\0": bound to the connection
/// and to the server's key, so that nobody can pass the proof on.
struct SignInClaim {
  ChannelBinding channel{};
  ServerKeyHash server_key{};
  AccountId account;
  DeviceId device;
  SignInNonce nonce{};
};
inline constexpr std::string_view kSignInLabel{"sotto device auth v1\0", 21};
Bytes serialize(const SignInClaim& claim);

/// The channel binding of an established TLS 1.3 connection. False if it is not TLS 1.3.
bool channel_binding_of(SSL* ssl, ChannelBinding& binding);
/// The hash of the key that the other side (client: the server; `own`: this side) has shown. False if there is none.
bool server_key_hash_of(SSL* ssl, bool own, ServerKeyHash& hash);
/// The hash of a certificate's key, for who has no connection yet.
bool server_key_hash_of(const X509* certificate, ServerKeyHash& hash);

}  // namespace sotto::signaling
