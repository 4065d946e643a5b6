#include <array>
#include <string>

#include <gtest/gtest.h>

#include "signaling/handshake/noise_cipher.hpp"
#include "signaling/handshake/noise_handshake.hpp"
#include "signaling/handshake/session_secrets.hpp"
#include "tests/vectors/hex.hpp"
#include "tests/vectors/noise_cacophony.hpp"

namespace sotto::test {
namespace {

using namespace signaling;

/// Says the same bytes over and over.
class FixedRandom : public RandomSource {
 public:
  explicit FixedRandom(std::string_view hex) : bytes_(from_hex(hex)) {}
  void fill(MutableByteView out) override {
    SOTTO_ASSERT(out.size() == bytes_.size());
    std::copy(bytes_.begin(), bytes_.end(), out.begin());
  }

 private:
  Bytes bytes_;
};

const NoisePattern& pattern_named(std::string_view name) {
  for (const NoisePattern* pattern : {&kNoiseX, &kNoiseIK, &kNoiseXK, &kNoiseKK, &kNoiseXX}) {
    if (pattern->protocol_name == name) return *pattern;
  }
  ADD_FAILURE() << "unknown pattern " << name;
  return kNoiseIK;
}

NoiseStaticKeys static_keys(std::string_view own, std::string_view remote) {
  NoiseStaticKeys keys;
  if (!own.empty()) keys.own = X25519KeyPair::from_private(array_from_hex<32>(own));
  if (!remote.empty()) keys.remote = X25519PublicKey{array_from_hex<32>(remote)};
  return keys;
}

class Cacophony : public testing::TestWithParam<NoiseVector> {
 protected:
  const NoiseVector& vector() const { return GetParam(); }
  const NoisePattern& pattern() const { return pattern_named(vector().protocol_name); }
  NoiseHandshake initiator() const {
    return {pattern(), NoiseRole::kInitiator, from_hex(vector().prologue),
            static_keys(vector().initiator_static, vector().initiator_remote_static)};
  }
  NoiseHandshake responder() const {
    return {pattern(), NoiseRole::kResponder, from_hex(vector().prologue),
            static_keys(vector().responder_static, vector().responder_remote_static)};
  }
};

TEST_P(Cacophony, HandshakeAndTransportMessagesMatch) {
  NoiseHandshake initiator = this->initiator();
  NoiseHandshake responder = this->responder();
  FixedRandom initiator_random(vector().initiator_ephemeral);
  FixedRandom responder_random(vector().responder_ephemeral);

  size_t i = 0;
  for (; !initiator.finished(); ++i) {
    const bool from_initiator = initiator.my_turn();
    ASSERT_NE(from_initiator, responder.my_turn());
    NoiseHandshake& from = from_initiator ? initiator : responder;
    NoiseHandshake& to = from_initiator ? responder : initiator;
    const Bytes payload = from_hex(vector().messages[i].payload);
    const Bytes message = from.write_message(payload, from_initiator ? initiator_random : responder_random).value();
    EXPECT_EQ(to_hex(message), vector().messages[i].ciphertext);
    EXPECT_EQ(to.read_message(message).value(), payload);
  }
  ASSERT_TRUE(responder.finished());

  const NoiseOutcome at_initiator = std::move(initiator).finish(as_bytes(kExporterLabel));
  const NoiseOutcome at_responder = std::move(responder).finish(as_bytes(kExporterLabel));
  EXPECT_EQ(to_hex(at_initiator.handshake_hash), vector().handshake_hash);
  EXPECT_EQ(to_hex(at_responder.handshake_hash), vector().handshake_hash);
  EXPECT_EQ(to_hex(at_initiator.exported.view()), to_hex(at_responder.exported.view()));
  if (&pattern() == &kNoiseIK) {
    EXPECT_EQ(to_hex(at_initiator.exported.view()), "d806d2ebf1c7a48ca0b6bfc013a40915e4d94041363191468371a7ff8060819c");
  }

  // After a one-way pattern only the initiator speaks; after the others both in turn, going on from the handshake.
  const bool one_way = pattern().message_count == 1;
  std::array<uint64_t, 2> counters{};
  for (; i < vector().messages.size(); ++i) {
    const bool from_initiator = one_way || i % 2 == 0;
    const uint64_t n = counters[from_initiator ? 0 : 1]++;
    NoiseCipher sender(from_initiator ? at_initiator.send_key : at_responder.send_key);
    NoiseCipher receiver(from_initiator ? at_responder.receive_key : at_initiator.receive_key);
    const Bytes payload = from_hex(vector().messages[i].payload);
    Bytes sealed(payload.size() + Aes256Gcm::kTagSize);
    sender.seal(n, {}, payload, sealed);
    EXPECT_EQ(to_hex(sealed), vector().messages[i].ciphertext);
    Bytes opened(payload.size());
    ASSERT_TRUE(receiver.open(n, {}, sealed, opened).ok());
    EXPECT_EQ(opened, payload);
  }
}

TEST_P(Cacophony, AnyFlippedBitIsRefusedAndTheGenuineMessageStillWorks) {
  NoiseHandshake responder = this->responder();
  const Bytes genuine = from_hex(vector().messages[0].ciphertext);
  // A clear-text ephemeral key without any tag behind it proves nothing: in XX the first refusal comes later.
  const bool sealed = pattern().protocol_name != kNoiseXX.protocol_name;
  for (size_t bit = 0; sealed && bit < genuine.size() * 8; ++bit) {
    Bytes flipped = genuine;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(responder.read_message(flipped).ok()) << "bit " << bit;
  }
  EXPECT_EQ(responder.read_message(genuine).value(), from_hex(vector().messages[0].payload));
}

TEST_P(Cacophony, AnyTruncatedMessageIsRefused) {
  NoiseHandshake responder = this->responder();
  const Bytes genuine = from_hex(vector().messages[0].ciphertext);
  const bool sealed = pattern().protocol_name != kNoiseXX.protocol_name;
  for (size_t size = 0; size < (sealed ? genuine.size() : 32); ++size) {
    EXPECT_FALSE(responder.read_message(ByteView(genuine).first(size)).ok()) << size << " bytes";
  }
  EXPECT_TRUE(responder.read_message(genuine).ok());
}

INSTANTIATE_TEST_SUITE_P(Patterns, Cacophony, testing::ValuesIn(kNoiseVectors),
                         [](const auto& vector) { return std::string(vector.param.protocol_name); });

}  // namespace
}  // namespace sotto::test
