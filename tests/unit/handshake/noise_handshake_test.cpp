#include "signaling/handshake/noise_handshake.hpp"

#include <gtest/gtest.h>

// What the published vectors (tests/vectors/noise_test.cpp) do not show: hostile keys and messages.

namespace sotto::signaling {
namespace {

class NoiseHandshakeTest : public testing::Test {
 protected:
  NoiseHandshake initiator(const NoisePattern& pattern) {
    return {pattern, NoiseRole::kInitiator, {}, {alice_.clone(), bob_.public_key()}};
  }
  NoiseHandshake responder(const NoisePattern& pattern) {
    return {pattern, NoiseRole::kResponder, {}, {bob_.clone(), std::nullopt}};
  }

  SeededRandom random_{1};
  X25519KeyPair alice_ = X25519KeyPair::generate(random_);
  X25519KeyPair bob_ = X25519KeyPair::generate(random_);
};

TEST_F(NoiseHandshakeTest, RefusesAStaticKeyOfLowOrder) {
  // The first message of IK by hand, with a static key that nobody would choose.
  const X25519KeyPair ephemeral = X25519KeyPair::generate(random_);
  NoiseSymmetricState symmetric(kNoiseIK.protocol_name);
  symmetric.mix_hash({});
  symmetric.mix_hash(bob_.public_key().bytes);
  Bytes message(ephemeral.public_key().bytes.begin(), ephemeral.public_key().bytes.end());
  symmetric.mix_hash(ephemeral.public_key().bytes);
  symmetric.mix_key(ephemeral.agree(bob_.public_key()).value());
  symmetric.encrypt_and_hash(Bytes(32), message);
  message.resize(message.size() + 16);

  const Result<Bytes> read = responder(kNoiseIK).read_message(message);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kRefused);
  EXPECT_NE(read.error().message.find("low order"), std::string::npos);
}

TEST_F(NoiseHandshakeTest, RefusesToWriteToAKeyOfLowOrder) {
  NoiseHandshake noise(kNoiseIK, NoiseRole::kInitiator, {}, {alice_.clone(), X25519PublicKey{}});
  EXPECT_EQ(noise.write_message({}, random_).error().code, ErrorCode::kRefused);
  EXPECT_TRUE(noise.my_turn());
}

TEST_F(NoiseHandshakeTest, TellsTheResponderTheInitiatorsKey) {
  NoiseHandshake bob = responder(kNoiseIK);
  EXPECT_FALSE(bob.remote_static().has_value());
  ASSERT_TRUE(bob.read_message(initiator(kNoiseIK).write_message({}, random_).value()).ok());
  EXPECT_EQ(bob.remote_static(), alice_.public_key());
}

TEST_F(NoiseHandshakeTest, ARefusedMessageTellsNothingOfTheKeyInIt) {
  NoiseHandshake bob = responder(kNoiseIK);
  Bytes message = initiator(kNoiseIK).write_message({}, random_).value();
  message.back() ^= 1;  // the static key before it is genuine
  EXPECT_FALSE(bob.read_message(message).ok());
  EXPECT_FALSE(bob.remote_static().has_value());
}

TEST_F(NoiseHandshakeTest, ACloneGoesItsOwnWay) {
  NoiseHandshake alice = initiator(kNoiseIK);
  NoiseHandshake bob = responder(kNoiseIK);
  NoiseHandshake attempt = bob.clone();
  ASSERT_TRUE(attempt.read_message(alice.write_message({}, random_).value()).ok());
  EXPECT_TRUE(attempt.my_turn());
  EXPECT_FALSE(bob.my_turn());
}

TEST_F(NoiseHandshakeTest, AnotherPrologueIsRefused) {
  NoiseHandshake bob(kNoiseIK, NoiseRole::kResponder, as_bytes("other"), {bob_.clone(), std::nullopt});
  EXPECT_EQ(bob.read_message(initiator(kNoiseIK).write_message({}, random_).value()).error().code, ErrorCode::kRefused);
}

TEST_F(NoiseHandshakeTest, ExportsAnotherSecretForEachLabel) {
  NoiseHandshake alice = initiator(kNoiseX);
  ASSERT_TRUE(alice.write_message({}, random_).ok());
  const NoiseOutcome one = alice.clone().finish(as_bytes("one"));
  const NoiseOutcome two = alice.clone().finish(as_bytes("two"));
  EXPECT_FALSE(equal_constant_time(one.exported.view(), two.exported.view()));
  EXPECT_TRUE(equal_constant_time(one.send_key.view(), two.send_key.view()));
}

}  // namespace
}  // namespace sotto::signaling
