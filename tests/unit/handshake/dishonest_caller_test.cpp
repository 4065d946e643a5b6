#include <algorithm>

#include "signaling/handshake/blob_layout.hpp"
#include "signaling/handshake/data_exchange.hpp"
#include "signaling/handshake/session_secrets.hpp"
#include "tests/unit/handshake/session_world.hpp"

namespace sotto::signaling {
namespace {

/// A caller that holds its keys, and says in its messages what CallSession would never say.
class DishonestCaller : public SessionWorld {
 protected:
  DishonestCaller() {
    nonce_.fill(0xa0);
    InitPayload payload;
    payload.caller = alice_.credentials();
    payload.sas_commitment = commit_to(nonce_);

    // The session id is zero, as everything in the header that is not said.
    Bytes prologue(14 + 2 + 16 + 32 + 16 + 8);
    ByteWriter prologue_writer(prologue);
    const uint64_t created = static_cast<uint64_t>(kNow.time_since_epoch().count());
    prologue_writer.bytes(as_bytes(std::string_view("sotto call v1\0", 14)));
    prologue_writer.u16(1);
    prologue_writer.bytes(SessionId{}.bytes);
    prologue_writer.bytes(bob_.account().bytes);
    prologue_writer.bytes(bob_.device().bytes);
    prologue_writer.u64(created);
    NoiseHandshake noise(kNoiseIK, NoiseRole::kInitiator, prologue,
                         {alice_.agree_key().keys.clone(), bobs_contact_.agree_key});
    Bytes init(kInitSize);
    ByteWriter writer(init);
    write_header(writer, {});
    writer.u64(created);
    writer.bytes(noise.write_message(encode_payload(payload).value(), random_).value());

    callee_.emplace(answer(init).value());
    const Bytes response = callee_->respond(ResponseStatus::kProceed, kNow, random_).value();
    EXPECT_TRUE(noise.read_message(ByteView(response).subspan(BlobHeader::kSize)).ok());
    const NoiseOutcome outcome = std::move(noise).finish({});
    send_key_ = outcome.send_key.clone();
    exchange_.emplace(SessionId{}, outcome.send_key, outcome.receive_key);
  }

  /// A blob around bytes that need not be a message.
  Bytes sealed(uint64_t n, ByteView plaintext) {
    Bytes blob(kDataPrefixSize + plaintext.size() + kTagSize);
    ByteWriter writer(blob);
    write_header(writer, {BlobKind::kData, Suite::kNoiseIk25519AesGcmSha256, {}});
    writer.u64(n);
    NoiseCipher(send_key_).seal(n, {}, plaintext, MutableByteView(blob).subspan(kDataPrefixSize));
    return blob;
  }
  Offer offer_revealing(const SasNonce& nonce) {
    Offer offer = some_offer();
    offer.sas_reveal = nonce;
    return offer;
  }

  SasNonce nonce_;
  Secret<32> send_key_;
  std::optional<CallSession> callee_;
  std::optional<DataExchange> exchange_;
};

TEST_F(DishonestCaller, IsHeardIfItIsHonestAfterAll) {
  const Bytes blob = exchange_->seal(offer_revealing(nonce_), alice_.device_list()).value();
  EXPECT_EQ(callee_->open(blob)->size(), 1u);
  EXPECT_TRUE(callee_->proven());
}

TEST_F(DishonestCaller, IsTurnedAwayIfItRevealsAnotherNonce) {
  nonce_[0] ^= 1;
  const Bytes blob = exchange_->seal(offer_revealing(nonce_), alice_.device_list()).value();
  EXPECT_EQ(callee_->open(blob).error().code, ErrorCode::kRefused);
  EXPECT_FALSE(callee_->proven());
  EXPECT_EQ(callee_->open(exchange_->seal(Hangup{}).value()).error().code, ErrorCode::kRefused);
}

TEST_F(DishonestCaller, IsTurnedAwayWithoutADeviceList) {
  EXPECT_EQ(callee_->open(exchange_->seal(offer_revealing(nonce_)).value()).error().code, ErrorCode::kRefused);
}

TEST_F(DishonestCaller, IsTurnedAwayWithSomebodyElsesDeviceList) {
  const Bytes blob = exchange_->seal(offer_revealing(nonce_), bob_.device_list()).value();
  EXPECT_EQ(callee_->open(blob).error().code, ErrorCode::kRefused);
}

TEST_F(DishonestCaller, CannotMakeTheCalleeTakeACalleesMessages) {
  for (const CallMessage& message : std::vector<CallMessage>{some_ringing(), Accept{true, true}}) {
    EXPECT_TRUE(callee_->open(exchange_->seal(message).value())->empty()) << message_name(message);
  }
  EXPECT_EQ(callee_->ignored_messages(), 2u);
}

TEST_F(DishonestCaller, UsesUpANumberWithNonsenseAndNothingElse) {
  EXPECT_TRUE(callee_->open(sealed(0, Bytes(kSmallPlaintext)))->empty());        // no message
  EXPECT_TRUE(callee_->open(sealed(1, Bytes(kSmallPlaintext, 0xff)))->empty());  // not padded as it must be
  EXPECT_EQ(callee_->ignored_messages(), 2u);
  const Bytes offer = encode_data({0, 0, CallMessage(offer_revealing(nonce_)), alice_.device_list()}).value();
  EXPECT_EQ(callee_->open(sealed(2, pad(offer, kSmallPlaintext).value()))->size(), 1u);
}

TEST_F(DishonestCaller, CannotAcknowledgeWhatWasNeverSent) {
  const Bytes message = encode_data({1, 0, CallMessage(EndOfCandidates{}), std::nullopt}).value();
  EXPECT_TRUE(callee_->open(sealed(0, pad(message, kSmallPlaintext).value()))->empty());
  EXPECT_EQ(callee_->ignored_messages(), 1u);
}

TEST_F(DishonestCaller, CannotMakeTheCalleeWaitForMoreThanItsWindow) {
  const Bytes message = encode_data({0, UINT32_MAX, CallMessage(EndOfCandidates{}), std::nullopt}).value();
  const Bytes plaintext = pad(message, kSmallPlaintext).value();
  EXPECT_EQ(callee_->open(sealed(63, plaintext))->size(), 1u);  // it says that nobody need wait for the others
  EXPECT_EQ(callee_->open(sealed(64 + 64, plaintext)).error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace sotto::signaling
