#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/link/sign_in.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"
#include "signaling/server/device_address.hpp"
#include "tests/unit/server/raw_tls_client.hpp"

namespace sotto::signaling {

/// Signs in as a new identity of this very moment, since a real server has a real clock.
class RealDevice {
 public:
  explicit RealDevice(uint64_t seed) : random_(seed), identity_(DeviceIdentity::create(random_, wall_now())) {}

  wire::ToServer register_message(RawTlsClient& client, const std::string& nonce, const std::string& name) {
    wire::ToServer message;
    message.mutable_register_()->set_bundle(wire_string(identity_.bundle()));
    message.mutable_register_()->set_proof(proof(client, nonce));
    write_record(make_name_claim(identity_, name), *message.mutable_register_()->mutable_name_claim());
    return message;
  }
  wire::ToServer sign_in_message(RawTlsClient& client, const std::string& nonce) {
    wire::ToServer message;
    message.mutable_sign_in()->set_bundle(wire_string(identity_.bundle()));
    message.mutable_sign_in()->set_proof(proof(client, nonce));
    return message;
  }
  /// From the Welcome to the answer.
  wire::ToDevice join(RawTlsClient& client, const std::string& name) {
    const std::optional<wire::ToDevice> welcome = client.hear();
    if (!welcome || !welcome->has_welcome()) return {};
    client.say(register_message(client, welcome->welcome().nonce(), name));
    return client.hear().value_or(wire::ToDevice());
  }
  /// The same for one that has joined before.
  wire::ToDevice come_back(RawTlsClient& client) {
    const std::optional<wire::ToDevice> welcome = client.hear();
    if (!welcome || !welcome->has_welcome()) return {};
    client.say(sign_in_message(client, welcome->welcome().nonce()));
    return client.hear().value_or(wire::ToDevice());
  }
  DeviceAddress address() const { return {identity_.account(), identity_.device()}; }
  const DeviceIdentity& identity() const { return identity_; }

 private:
  std::string proof(RawTlsClient& client, const std::string& nonce) {
    SignInClaim claim;
    EXPECT_TRUE(channel_binding_of(client.ssl(), claim.channel));
    EXPECT_TRUE(server_key_hash_of(client.ssl(), false, claim.server_key));
    claim.account = identity_.account();
    claim.device = identity_.device();
    EXPECT_TRUE(read_exact(nonce, claim.nonce));
    return wire_string(identity_.sign(kSignInLabel, serialize(claim)));
  }

  SeededRandom random_;
  DeviceIdentity identity_;
};

}  // namespace sotto::signaling
