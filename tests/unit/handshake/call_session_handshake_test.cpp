#include <algorithm>
#include <optional>
#include <string>

#include "signaling/handshake/blob_layout.hpp"
#include "signaling/handshake/padding.hpp"
#include "signaling/identity/verify.hpp"
#include "tests/unit/handshake/session_world.hpp"

namespace sotto::signaling {
namespace {

constexpr std::chrono::seconds kSecond{1};

class CallSessionHandshake : public SessionWorld {
 protected:
  Bytes respond(CallSession& callee) { return callee.respond(ResponseStatus::kProceed, kNow, random_).value(); }

  /// An INIT as somebody would make it who keeps to Noise but to nothing else.
  struct Forgery {
    const X25519KeyPair* static_key;
    IdentityBundle shown;
    std::string prologue_label{"sotto call v1\0", 14};
    uint16_t prologue_suite = 1;
    SessionId header_session;
    SessionId prologue_session;
    AccountId prologue_account;
    DeviceId prologue_device;
    uint64_t header_created = static_cast<uint64_t>(kNow.time_since_epoch().count());
    uint64_t prologue_created = header_created;
  };
  Forgery honest_forgery() {
    Forgery forgery;
    forgery.static_key = &alice_.agree_key().keys;
    forgery.shown = alice_.credentials();
    forgery.prologue_account = bob_.account();
    forgery.prologue_device = bob_.device();
    return forgery;
  }
  Bytes forge(const Forgery& forgery) {
    Bytes prologue(128);
    ByteWriter prologue_writer(prologue);
    prologue_writer.bytes(as_bytes(forgery.prologue_label));
    prologue_writer.u16(forgery.prologue_suite);
    prologue_writer.bytes(forgery.prologue_session.bytes);
    prologue_writer.bytes(forgery.prologue_account.bytes);
    prologue_writer.bytes(forgery.prologue_device.bytes);
    prologue_writer.u64(forgery.prologue_created);
    NoiseHandshake noise(kNoiseIK, NoiseRole::kInitiator, prologue_writer.written(),
                         {forgery.static_key->clone(), bobs_contact_.agree_key});
    InitPayload payload;
    payload.caller = forgery.shown;
    const Bytes message = noise.write_message(encode_payload(payload).value(), random_).value();
    Bytes init(kInitSize);
    ByteWriter writer(init);
    write_header(writer, {BlobKind::kInit, Suite::kNoiseIk25519AesGcmSha256, forgery.header_session});
    writer.u64(forgery.header_created);
    writer.bytes(message);
    return init;
  }
};

TEST_F(CallSessionHandshake, TellsTheCalleeWhoCallsAndWhat) {
  const CallSession caller = dial();
  const CallSession callee = answer(caller.init()).value();
  EXPECT_FALSE(callee.is_caller());
  EXPECT_EQ(callee.peer().account, alice_.account());
  EXPECT_EQ(callee.peer().device, alice_.device());
  EXPECT_EQ(callee.call_id(), call_id_);
  EXPECT_EQ(callee.kind(), CallKind::kVideo);
  EXPECT_EQ(callee.session_id(), caller.session_id());
  EXPECT_FALSE(callee.proven());
  EXPECT_FALSE(callee.established());
}

TEST_F(CallSessionHandshake, OpensBothWaysAndGivesBothTheSameSecrets) {
  auto [caller, callee] = established();
  EXPECT_TRUE(caller.established());
  EXPECT_TRUE(callee.established());
  EXPECT_EQ(caller.response_status(), ResponseStatus::kProceed);
  EXPECT_EQ(caller.handshake_hash(), callee.handshake_hash());
  const MediaSecrets callers = caller.take_media_secrets().value();
  const MediaSecrets callees = callee.take_media_secrets().value();
  EXPECT_TRUE(equal_constant_time(callers.media.view(), callees.media.view()));
  EXPECT_TRUE(equal_constant_time(callers.confirmation.view(), callees.confirmation.view()));
  EXPECT_FALSE(equal_constant_time(callers.media.view(), callers.confirmation.view()));
  EXPECT_EQ(callers.handshake_hash, caller.handshake_hash());
  EXPECT_EQ(callers.suite, 1);
}

TEST_F(CallSessionHandshake, GivesTheMediaSecretsOnce) {
  auto [caller, callee] = established();
  EXPECT_TRUE(caller.take_media_secrets().has_value());
  EXPECT_FALSE(caller.take_media_secrets().has_value());
}

TEST_F(CallSessionHandshake, MakesOtherSecretsForEachSession) {
  auto first = established();
  auto second = established();
  EXPECT_NE(first.caller.session_id(), second.caller.session_id());
  EXPECT_FALSE(equal_constant_time(first.caller.take_media_secrets()->media.view(),
                                   second.caller.take_media_secrets()->media.view()));
}

TEST_F(CallSessionHandshake, IsTheSameForTheSameSeed) {
  SeededRandom once(7), again(7);
  const auto dial_with = [&](RandomSource& random) {
    return CallSession::dial(alice_, bobs_contact_, call_id_, CallKind::kAudio, kNow, random).value().init();
  };
  EXPECT_EQ(dial_with(once), dial_with(again));
}

TEST_F(CallSessionHandshake, HasTheSizesOfTheProtocol) {
  CallSession caller = dial();
  EXPECT_EQ(caller.init().size(), 1148u);
  CallSession callee = answer(caller.init()).value();
  EXPECT_EQ(respond(callee).size(), 1092u);
}

TEST_F(CallSessionHandshake, SaysWhenTheCalleeIsBusy) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  ASSERT_TRUE(caller.on_response(callee.respond(ResponseStatus::kBusy, kNow, random_).value()).ok());
  EXPECT_EQ(caller.response_status(), ResponseStatus::kBusy);
}

TEST_F(CallSessionHandshake, CarriesANameHint) {
  const CallSession caller =
      CallSession::dial(alice_, bobs_contact_, call_id_, CallKind::kAudio, kNow, random_, "Älice").value();
  EXPECT_EQ(answer(caller.init()).value().name_hint(), "Älice");
}

TEST_F(CallSessionHandshake, RefusesANameHintThatIsTooLongOrNoText) {
  for (const std::string& hint : {std::string(65, 'a'), std::string("a\nb"), std::string("\xff")}) {
    EXPECT_EQ(CallSession::dial(alice_, bobs_contact_, call_id_, CallKind::kAudio, kNow, random_, hint).error().code,
              ErrorCode::kInvalidArgument);
  }
}

// --- INIT -----------------------------------------------------------------------------------------------------------

TEST_F(CallSessionHandshake, RefusesAnyFlippedBitOfInitAndThenTakesTheGenuineOne) {
  const Bytes genuine = dial().init();
  for (size_t bit = 0; bit < genuine.size() * 8; ++bit) {
    Bytes flipped = genuine;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_FALSE(answer(flipped).ok()) << "bit " << bit;
  }
  EXPECT_TRUE(answer(genuine).ok());
}

TEST_F(CallSessionHandshake, RefusesInitOfAnyOtherSize) {
  const Bytes genuine = dial().init();
  for (size_t size = 0; size < genuine.size(); ++size) {
    ASSERT_EQ(answer(ByteView(genuine).first(size)).error().code, ErrorCode::kMalformed) << size;
  }
  Bytes longer = genuine;
  longer.push_back(0);
  EXPECT_EQ(answer(longer).error().code, ErrorCode::kMalformed);
}

TEST_F(CallSessionHandshake, TakesAForgeryThatIsNone) { EXPECT_TRUE(answer(forge(honest_forgery())).ok()); }

TEST_F(CallSessionHandshake, RefusesAPrologueWithAnotherLabel) {
  Forgery forgery = honest_forgery();
  forgery.prologue_label = std::string("sotto note v1\0", 14);
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAPrologueWithAnotherSuite) {
  Forgery forgery = honest_forgery();
  forgery.prologue_suite = 2;
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAPrologueWithAnotherSession) {
  Forgery forgery = honest_forgery();
  forgery.prologue_session.bytes[0] = 1;
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAPrologueForAnotherAccount) {
  Forgery forgery = honest_forgery();
  forgery.prologue_account = alice_.account();
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAPrologueForAnotherDevice) {
  Forgery forgery = honest_forgery();
  forgery.prologue_device = alice_.device();
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAPrologueWithAnotherDate) {
  Forgery forgery = honest_forgery();
  forgery.prologue_created += 1;
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesADateBeyondAllCalendars) {
  Forgery forgery = honest_forgery();
  forgery.header_created = forgery.prologue_created = UINT64_MAX;
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kMalformed);
}

TEST_F(CallSessionHandshake, RefusesAKeyThatTheShownIdentityDoesNotCertify) {
  const DeviceIdentity mallory = DeviceIdentity::create(random_, kNow);
  Forgery forgery = honest_forgery();
  forgery.static_key = &mallory.agree_key().keys;  // and Alice's certificates
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesACallFromItself) {
  EXPECT_EQ(CallSession::dial(bob_, bobs_contact_, call_id_, CallKind::kAudio, kNow, random_).error().code,
            ErrorCode::kInvalidArgument);
  Forgery forgery = honest_forgery();
  forgery.static_key = &bob_.agree_key().keys;
  forgery.shown = bob_.credentials();
  EXPECT_EQ(answer(forge(forgery)).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAnEphemeralKeyOfLowOrder) {
  Bytes init = dial().init();
  std::fill_n(init.begin() + kInitPrefixSize, kKeySize, uint8_t{0});
  EXPECT_EQ(answer(init).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAnInitForAnotherDevice) {
  const DeviceIdentity carol = DeviceIdentity::create(random_, kNow);
  EXPECT_FALSE(CallSession::answer(carol, dial().init(), guard_, kNow).ok());
}

TEST_F(CallSessionHandshake, TakesAnInitForTheAgreeKeyOfLastWeek) {
  constexpr std::chrono::days kWeek{7};
  ASSERT_TRUE(bob_.renew(kNow + kWeek, random_));
  ASSERT_TRUE(alice_.renew(kNow + kWeek, random_));
  const CallSession caller =
      CallSession::dial(alice_, bobs_contact_, call_id_, CallKind::kAudio, kNow + kWeek, random_).value();
  EXPECT_TRUE(CallSession::answer(bob_, caller.init(), guard_, kNow + kWeek).ok());
}

TEST_F(CallSessionHandshake, DoesNotDialWithExpiredKeys) {
  constexpr std::chrono::days kFortnight{14};
  const auto dial_late = [&] {
    return CallSession::dial(alice_, bobs_contact_, call_id_, CallKind::kAudio, kNow + kFortnight, random_);
  };
  EXPECT_EQ(dial_late().error().code, ErrorCode::kExpired);  // Bob's
  ASSERT_TRUE(bob_.renew(kNow + kFortnight, random_));
  bobs_contact_ = verify_bundle(bob_.bundle(), kNow + kFortnight).value();
  EXPECT_EQ(dial_late().error().code, ErrorCode::kExpired);  // Alice's own
  ASSERT_TRUE(alice_.renew(kNow + kFortnight, random_));
  EXPECT_TRUE(dial_late().ok());
}

TEST_F(CallSessionHandshake, RefusesAReplay) {
  const CallSession caller = dial();
  ASSERT_TRUE(answer(caller.init()).ok());
  EXPECT_EQ(answer(caller.init()).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAReplayAfterARestart) {
  const CallSession caller = dial();
  ASSERT_TRUE(answer(caller.init()).ok());
  InitReplayGuard restarted(kNow + kSecond);
  EXPECT_EQ(CallSession::answer(bob_, caller.init(), restarted, kNow + kSecond).error().code, ErrorCode::kExpired);
}

TEST_F(CallSessionHandshake, RefusesAnInitThatIsTooOldOrFromTheFuture) {
  const CallSession caller = dial();
  InitReplayGuard guard(kNow - std::chrono::hours(1));
  EXPECT_EQ(CallSession::answer(bob_, caller.init(), guard, kNow + 121 * kSecond).error().code, ErrorCode::kExpired);
  EXPECT_EQ(CallSession::answer(bob_, caller.init(), guard, kNow - 121 * kSecond).error().code, ErrorCode::kExpired);
  EXPECT_TRUE(CallSession::answer(bob_, caller.init(), guard, kNow + 120 * kSecond).ok());
}

// --- RESP -----------------------------------------------------------------------------------------------------------

TEST_F(CallSessionHandshake, RefusesAnyFlippedBitOfTheResponseAndThenTakesTheGenuineOne) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  const Bytes genuine = respond(callee);
  for (size_t bit = 0; bit < genuine.size() * 8; ++bit) {
    Bytes flipped = genuine;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_FALSE(caller.on_response(flipped).ok()) << "bit " << bit;
  }
  EXPECT_FALSE(caller.established());
  EXPECT_TRUE(caller.on_response(genuine).ok());
  EXPECT_EQ(caller.handshake_hash(), callee.handshake_hash());
}

TEST_F(CallSessionHandshake, RefusesAResponseOfAnyOtherSize) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  Bytes response = respond(callee);
  for (size_t size = 0; size < response.size(); ++size) {
    ASSERT_EQ(caller.on_response(ByteView(response).first(size)).error().code, ErrorCode::kMalformed) << size;
  }
  response.push_back(0);
  EXPECT_EQ(caller.on_response(response).error().code, ErrorCode::kMalformed);
}

TEST_F(CallSessionHandshake, RefusesTheResponseOfAnotherSession) {
  CallSession first = dial();
  CallSession second = dial();
  CallSession callee = answer(second.init()).value();
  Bytes response = respond(callee);
  EXPECT_EQ(first.on_response(response).error().code, ErrorCode::kRefused);
  // Not even with the right session id on it.
  std::copy(first.session_id().bytes.begin(), first.session_id().bytes.end(), response.begin() + 4);
  EXPECT_EQ(first.on_response(response).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, RefusesAnEphemeralKeyOfLowOrderInTheResponse) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  Bytes response = respond(callee);
  std::fill_n(response.begin() + BlobHeader::kSize, kKeySize, uint8_t{0});
  EXPECT_EQ(caller.on_response(response).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, TakesOneResponseOnly) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  const Bytes response = respond(callee);
  ASSERT_TRUE(caller.on_response(response).ok());
  EXPECT_EQ(caller.on_response(response).error().code, ErrorCode::kRefused);
  EXPECT_EQ(callee.respond(ResponseStatus::kProceed, kNow, random_).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, KeepsTheRolesApart) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  EXPECT_EQ(caller.respond(ResponseStatus::kProceed, kNow, random_).error().code, ErrorCode::kRefused);
  const Bytes response = respond(callee);
  EXPECT_EQ(callee.on_response(response).error().code, ErrorCode::kRefused);
  EXPECT_EQ(caller.on_response(caller.init()).error().code, ErrorCode::kRefused);
  EXPECT_EQ(answer(response).error().code, ErrorCode::kRefused);
}

TEST_F(CallSessionHandshake, LearnsTheCalleesNewerDeviceList) {
  // Bob signs certificate and list anew, and has a new agree key; Alice still has what she saw first, and the agree key
  // in it is good for another week.
  constexpr std::chrono::days kLater{30};
  DeviceIdentity bob = DeviceIdentity::create(random_, kNow - kLater);
  (void)bob.renew(kNow - std::chrono::days(7), random_);
  const Contact seen = verify_bundle(bob.bundle(), kNow).value();
  ASSERT_EQ(seen.list_version, 1u);
  ASSERT_TRUE(bob.renew(kNow, random_));

  CallSession caller = CallSession::dial(alice_, seen, call_id_, CallKind::kAudio, kNow, random_).value();
  CallSession callee = CallSession::answer(bob, caller.init(), guard_, kNow).value();
  ASSERT_TRUE(caller.on_response(respond(callee)).ok());
  EXPECT_EQ(caller.peer().list_version, 2u);
}

TEST_F(CallSessionHandshake, NoticesThatThePeerKnowsANewerListOfOurs) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  Contact known = alices_contact_;
  known.list_version = 9;
  ASSERT_TRUE(callee.recognise(known).ok());
  ASSERT_TRUE(caller.on_response(respond(callee)).ok());
  EXPECT_TRUE(caller.own_list_outdated());
}

// --- a callee that holds its key but does not tell the truth ---------------------------------------------------------

class DishonestCallee : public CallSessionHandshake {
 protected:
  DishonestCallee() {
    payload_.device_certificate = bob_.credentials().device_certificate;
    payload_.agree_key = bob_.agree_key().record;
  }
  /// What the caller makes of a genuine Noise response with payload_ in it.
  Result<void> outcome() {
    CallSession caller = dial();
    Bytes prologue(14 + 2 + 16 + 32 + 16 + 8);
    ByteWriter writer(prologue);
    writer.bytes(as_bytes(std::string_view("sotto call v1\0", 14)));
    writer.u16(1);
    writer.bytes(caller.session_id().bytes);
    writer.bytes(bob_.account().bytes);
    writer.bytes(bob_.device().bytes);
    writer.u64(static_cast<uint64_t>(kNow.time_since_epoch().count()));
    NoiseHandshake noise(kNoiseIK, NoiseRole::kResponder, prologue, {bob_.agree_key().keys.clone(), std::nullopt});
    EXPECT_TRUE(noise.read_message(ByteView(caller.init()).subspan(kInitPrefixSize)).ok());
    const Bytes message = noise.write_message(encode_payload(payload_).value(), random_).value();
    Bytes response(kResponseSize);
    ByteWriter response_writer(response);
    write_header(response_writer, {BlobKind::kResponse, Suite::kNoiseIk25519AesGcmSha256, caller.session_id()});
    response_writer.bytes(message);
    const Result<void> result = caller.on_response(response);
    EXPECT_EQ(caller.established(), result.ok());
    return result;
  }

  ResponsePayload payload_;
};

TEST_F(DishonestCallee, IsHeardIfItIsHonestAfterAll) { EXPECT_TRUE(outcome().ok()); }

TEST_F(DishonestCallee, MayNotShowAnotherAgreeKey) {
  payload_.agree_key = DeviceIdentity::create(random_, kNow).agree_key().record;
  EXPECT_EQ(outcome().error().code, ErrorCode::kRefused);
}

TEST_F(DishonestCallee, MayNotShowAnotherDevice) {
  payload_.device_certificate = alice_.credentials().device_certificate;
  EXPECT_EQ(outcome().error().code, ErrorCode::kRefused);
}

TEST_F(DishonestCallee, MayNotShowAnotherAccountsList) {
  payload_.device_list = alice_.device_list();
  EXPECT_EQ(outcome().error().code, ErrorCode::kRefused);
}

// --- who it is ------------------------------------------------------------------------------------------------------

TEST_F(CallSessionHandshake, RecognisesAContact) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  EXPECT_TRUE(callee.recognise(alices_contact_).ok());
}

TEST_F(CallSessionHandshake, RecognisesNobodyElse) {
  CallSession caller = dial();
  CallSession callee = answer(caller.init()).value();
  EXPECT_EQ(callee.recognise(bobs_contact_).error().code, ErrorCode::kRefused);
  Contact newer = alices_contact_;
  newer.root_rotations = 1;
  EXPECT_EQ(callee.recognise(newer).error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace sotto::signaling
