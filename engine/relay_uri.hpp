#pragma once

#include <vector>

#include <sotto/engine.hpp>

#include "signaling/client/answers.hpp"

namespace sotto::engine {

/// Reads a STUN or TURN URI (RFC 7064, RFC 7065): "turn:192.0.2.1:3478?transport=udp", "stun:relay.example.org". The
/// TLS forms are kRefused: what goes through a relay is encrypted anyway. kMalformed.
Result<IceServer> parse_relay_uri(std::string_view uri);

/// The servers of a list that this device can use; the others are left out.
std::vector<IceServer> usable_relays(const std::vector<signaling::RelayServer>& relays);

/// Whether there is a TURN server among them.
bool has_relay(const std::vector<IceServer>& servers);

}  // namespace sotto::engine
