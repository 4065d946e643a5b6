#pragma once

#include <optional>
#include <vector>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/crypto/ed25519.hpp"

namespace sotto::signaling {

/// A serialized record and the signature over exactly these bytes. It is never serialized again to be verified:
/// protobuf knows many encodings of one message.
struct SignedRecord {
  Bytes body;
  Ed25519Signature signature{};
  bool operator==(const SignedRecord&) const = default;
};

/// What a device shows of itself, taken apart but not yet believed.
struct IdentityBundle {
  Bytes genesis;
  std::vector<SignedRecord> rotations;  ///< At most 2, oldest first.
  SignedRecord device_certificate;
  std::optional<SignedRecord> device_list;  ///< Handshake messages carry it apart.
  std::vector<SignedRecord> agree_keys;     ///< 1 or 2, oldest first.
};

Bytes serialize_bundle(const IdentityBundle& bundle);

/// kMalformed if it does not parse or breaks a limit. Proves nothing else.
Result<IdentityBundle> parse_bundle(ByteView bytes);

}  // namespace sotto::signaling
