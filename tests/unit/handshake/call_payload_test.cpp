#include "signaling/handshake/call_payload.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "signaling/handshake/padding.hpp"
#include "signaling/protocol/call.pb.h"
#include "signaling/protocol/wire.hpp"
#include "tests/unit/handshake/session_world.hpp"

namespace sotto::signaling {
namespace {

class CallPayload : public SessionWorld {
 protected:
  CallPayload() {
    init_.caller = alice_.credentials();
    init_.call_id = call_id_;
    init_.kind = CallKind::kVideo;
    init_.sas_commitment.fill(0xc0);
    init_.known_list_version = 4;
    init_.name_hint = "Alice";
    response_.status = ResponseStatus::kBusy;
    response_.device_certificate = bob_.credentials().device_certificate;
    response_.agree_key = bob_.agree_key().record;
    response_.sas_nonce.fill(0xb0);
    response_.known_list_version = 3;
    response_.device_list = bob_.device_list();
  }

  InitPayload init_;
  ResponsePayload response_;
};

TEST_F(CallPayload, GivesBackAllOfInit) {
  const Bytes plaintext = encode_payload(init_).value();
  EXPECT_EQ(plaintext.size(), 1024u);
  const InitPayload decoded = decode_init_payload(plaintext).value();
  EXPECT_EQ(serialize_bundle(decoded.caller), serialize_bundle(init_.caller));
  EXPECT_EQ(decoded.call_id, call_id_);
  EXPECT_EQ(decoded.kind, CallKind::kVideo);
  EXPECT_EQ(decoded.sas_commitment, init_.sas_commitment);
  EXPECT_EQ(decoded.known_list_version, 4u);
  EXPECT_EQ(decoded.name_hint, "Alice");
}

TEST_F(CallPayload, GivesBackAllOfTheResponse) {
  const Bytes plaintext = encode_payload(response_).value();
  EXPECT_EQ(plaintext.size(), 1024u);
  const ResponsePayload decoded = decode_response_payload(plaintext).value();
  EXPECT_EQ(decoded.status, ResponseStatus::kBusy);
  EXPECT_EQ(decoded.device_certificate, response_.device_certificate);
  EXPECT_EQ(decoded.agree_key, response_.agree_key);
  EXPECT_EQ(decoded.sas_nonce, response_.sas_nonce);
  EXPECT_EQ(decoded.known_list_version, 3u);
  EXPECT_EQ(decoded.device_list, response_.device_list);
}

TEST_F(CallPayload, HoldsTheLargestIdentityThatThereCanBe) {
  SeededRandom random(9);
  const Ed25519KeyPair recovery = Ed25519KeyPair::generate(random);
  DeviceIdentity identity = DeviceIdentity::create(random, kNow, recovery.public_key());
  ASSERT_TRUE(identity.replace_root(recovery, kNow, random).ok());
  ASSERT_TRUE(identity.replace_root(recovery, kNow, random).ok());
  init_.caller = identity.credentials();
  init_.known_list_version = UINT64_MAX;
  init_.name_hint = std::string(64, 'n');
  EXPECT_TRUE(encode_payload(init_).ok());
}

TEST_F(CallPayload, RefusesAnInitThatIsIncomplete) {
  const auto with = [&](const std::function<void(wire::InitPayload&)>& change) {
    const Bytes plaintext = encode_payload(init_).value();
    wire::InitPayload message;
    EXPECT_TRUE(parse_wire(unpad(plaintext).value(), 1024, message));
    change(message);
    return decode_init_payload(pad(serialize_wire(message), kSmallPlaintext).value());
  };
  EXPECT_TRUE(with([](wire::InitPayload&) {}).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.clear_caller(); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.mutable_caller()->clear_genesis(); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.mutable_caller()->clear_agree_key(); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.set_call_id(std::string(15, 'c')); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.set_kind(wire::CALL_KIND_UNKNOWN); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.set_kind(static_cast<wire::CallKind>(3)); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.set_sas_commitment("short"); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.set_name_hint(std::string(65, 'n')); }).ok());
  EXPECT_FALSE(with([](wire::InitPayload& m) { m.set_name_hint("\x1b[31m"); }).ok());
}

TEST_F(CallPayload, RefusesAResponseThatIsIncomplete) {
  const auto with = [&](const std::function<void(wire::ResponsePayload&)>& change) {
    const Bytes plaintext = encode_payload(response_).value();
    wire::ResponsePayload message;
    EXPECT_TRUE(parse_wire(unpad(plaintext).value(), 1024, message));
    change(message);
    return decode_response_payload(pad(serialize_wire(message), kSmallPlaintext).value());
  };
  EXPECT_TRUE(with([](wire::ResponsePayload&) {}).ok());
  EXPECT_FALSE(with([](wire::ResponsePayload& m) { m.clear_status(); }).ok());
  EXPECT_FALSE(with([](wire::ResponsePayload& m) { m.set_status(static_cast<wire::ResponseStatus>(4)); }).ok());
  EXPECT_FALSE(with([](wire::ResponsePayload& m) { m.clear_device_certificate(); }).ok());
  EXPECT_FALSE(with([](wire::ResponsePayload& m) { m.clear_agree_key(); }).ok());
  EXPECT_FALSE(with([](wire::ResponsePayload& m) { m.set_sas_nonce(std::string(31, 'n')); }).ok());
  EXPECT_FALSE(with([](wire::ResponsePayload& m) { m.mutable_device_list()->clear_signature(); }).ok());
}

}  // namespace
}  // namespace sotto::signaling
