#include <gmock/gmock.h>

#include "signaling/identity/contact.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/name.hpp"
#include "tests/unit/client/session_world.hpp"

namespace sotto::signaling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using LinkSessionSignIn = SessionWorld;

class LinkSessionRegistration : public SessionWorld {
 protected:
  LinkSessionRegistration() : SessionWorld("alice", "welcome-7") {}
};

TEST_F(LinkSessionSignIn, SaysNothingBeforeTheServer) {
  connect();

  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(LinkSessionSignIn, ProvesTheDeviceKeyForThisVeryLink) {
  connect();
  say(welcome());

  const std::vector<wire::ToServer> messages = heard();
  ASSERT_EQ(messages.size(), 1u);
  const wire::SignIn& sign_in = messages.front().sign_in();
  const Contact shown = verify_bundle(wire_view(sign_in.bundle()), kWallNow).value();
  SignInClaim claim{binding.channel, binding.server_key, shown.account, shown.device, {}};
  claim.nonce.fill('n');
  Bytes signed_bytes(kSignInLabel.begin(), kSignInLabel.end());
  append(signed_bytes, serialize(claim));
  EXPECT_TRUE(ed25519_verify(shown.device_key, signed_bytes, wire_view(sign_in.proof())));
}

TEST_F(LinkSessionSignIn, TakesOneRoundTripAfterTheWelcome) {
  sign_in();

  EXPECT_TRUE(session.signed_in());
  EXPECT_EQ(take<LinkSignedIn>().at(0).name, "alice");
  EXPECT_EQ(heard().size(), 1u);
}

TEST_F(LinkSessionSignIn, WorksHoweverTheBytesAreCut) {
  connect();
  for (const wire::ToDevice& message : {welcome(), signed_in()}) {
    const Bytes frame = make_frame(message).value();
    for (const uint8_t& byte : frame) session.on_bytes({&byte, 1}, now, kWallNow);
  }

  EXPECT_TRUE(session.signed_in());
}

TEST_F(LinkSessionSignIn, LearnsTheServersClock) {
  EXPECT_FALSE(session.clock_offset());
  connect();

  say(welcome(-90min));

  EXPECT_EQ(session.clock_offset(), -90min);
}

TEST_F(LinkSessionSignIn, RefusesAClockThatIsMoreThanADayOff) {
  for (const std::chrono::milliseconds offset : {24h + 1ms, -24h - 1ms}) {
    connect();
    say(welcome(offset));
    EXPECT_EQ(problem(), ServerProblem::kClock);
    EXPECT_THAT(heard(), IsEmpty());
  }
  connect();
  wire::ToDevice end_of_time = welcome();
  end_of_time.mutable_welcome()->set_time_ms(~uint64_t{0});
  say(end_of_time);
  EXPECT_EQ(problem(), ServerProblem::kClock);
}

TEST_F(LinkSessionSignIn, GivesUpAServerThatDoesNotFinish) {
  connect();
  pass(9s);
  say(welcome());
  EXPECT_EQ(problem(), ServerProblem::kNone);

  pass(1s);

  EXPECT_EQ(problem(), ServerProblem::kTimeout);
}

TEST_F(LinkSessionSignIn, SaysWhyItWasRefused) {
  const std::vector<std::pair<wire::Refusal, ServerProblem>> expected = {
      {wire::REFUSAL_UNKNOWN, ServerProblem::kRefused},
      {wire::REFUSAL_MALFORMED, ServerProblem::kProtocol},
      {wire::REFUSAL_NOT_REGISTERED, ServerProblem::kNotRegistered},
      {wire::REFUSAL_BAD_PROOF, ServerProblem::kRefused},
      {wire::REFUSAL_FORGED, ServerProblem::kRefused},
      {wire::REFUSAL_EXPIRED, ServerProblem::kRefused},
      {wire::REFUSAL_ROLLED_BACK, ServerProblem::kRefused},
      {wire::REFUSAL_REVOKED, ServerProblem::kRevoked},
      {wire::REFUSAL_NAME_TAKEN, ServerProblem::kRefused},
      {wire::REFUSAL_NAME_INVALID, ServerProblem::kRefused},
      {wire::REFUSAL_INVITE_INVALID, ServerProblem::kRefused},
      {wire::REFUSAL_REGISTRATION_CLOSED, ServerProblem::kRefused},
      {wire::REFUSAL_ALREADY_REGISTERED, ServerProblem::kRefused},
      {wire::REFUSAL_RATE_LIMITED, ServerProblem::kOverloaded},
      {wire::REFUSAL_TOO_MANY_LINKS, ServerProblem::kOverloaded},
      {wire::REFUSAL_OVERLOADED, ServerProblem::kOverloaded},
      {wire::REFUSAL_STORAGE, ServerProblem::kOverloaded},
      {static_cast<wire::Refusal>(999), ServerProblem::kRefused},
  };
  for (const auto& [refusal, meaning] : expected) {
    connect();
    say(welcome());
    say(refused(0, refusal));
    EXPECT_EQ(problem(), meaning) << refusal;
  }
}

TEST_F(LinkSessionSignIn, TellsAWrongClockFromAnOldRecord) {
  connect();
  say(welcome(3h));

  say(refused(0, wire::REFUSAL_EXPIRED));

  const std::vector<LinkFailure> failures = take<LinkFailure>();
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].problem, ServerProblem::kClock);
  EXPECT_THAT(failures[0].explanation, HasSubstr("180 minutes"));
}

TEST_F(LinkSessionSignIn, HandsOnHowLongAnOverloadedServerWantsItToWait) {
  connect();
  say(refused(0, wire::REFUSAL_OVERLOADED, 7000));

  EXPECT_EQ(take<LinkFailure>().at(0).retry_after, Duration(7s));
}

TEST_F(LinkSessionSignIn, DoesNotBelieveAnAnswerOutOfShape) {
  std::vector<wire::ToDevice> answers(4, signed_in());
  answers[0].mutable_signed_in()->set_boot_id("short");
  answers[1].mutable_signed_in()->set_name("Not A Name");
  answers[2].mutable_signed_in()->set_name("");
  answers[3].mutable_signed_in()->set_sent_id(uint64_t{1} << 63);
  for (const wire::ToDevice& answer : answers) {
    connect();
    say(welcome());
    say(answer);
    EXPECT_EQ(problem(), ServerProblem::kProtocol) << answer.SerializeAsString();
  }
}

TEST_F(LinkSessionRegistration, IsTriedOverALinkOfItsOwnOnceTheServerDoesNotKnowTheAccount) {
  connect();
  say(welcome());
  EXPECT_TRUE(heard().at(0).has_sign_in());
  say(refused(0, wire::REFUSAL_NOT_REGISTERED));
  const std::vector<LinkFailure> failures = take<LinkFailure>();
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].problem, ServerProblem::kNone) << "the next link is to be made at once";

  connect();
  say(welcome());

  const std::vector<wire::ToServer> messages = heard();
  ASSERT_EQ(messages.size(), 1u);
  const wire::Register& registration = messages[0].register_();
  EXPECT_EQ(registration.invite(), "welcome-7");
  SignedRecord claim;
  ASSERT_TRUE(read_record(registration.name_claim(), claim));
  const auto identity = keeper->current();
  EXPECT_EQ(verify_name_claim(claim, identity->account(), identity->root_key()).value(), "alice");
  say(signed_in());
  EXPECT_TRUE(session.signed_in());
}

TEST_F(LinkSessionRegistration, IsNotTriedAgainAtOnceIfItDoesNotHelp) {
  connect();
  say(welcome());
  say(refused(0, wire::REFUSAL_NOT_REGISTERED));
  EXPECT_EQ(take<LinkFailure>().at(0).problem, ServerProblem::kNone);
  connect();
  say(welcome());

  say(refused(0, wire::REFUSAL_NOT_REGISTERED));

  EXPECT_EQ(problem(), ServerProblem::kNotRegistered);
}

TEST_F(LinkSessionRegistration, WhoseAnswerWasLostIsFollowedByAnOrdinarySignIn) {
  connect();
  say(welcome());
  say(refused(0, wire::REFUSAL_NOT_REGISTERED));
  connect();
  say(welcome());
  ASSERT_TRUE(heard().back().has_register_());
  lose_link();

  connect();
  say(welcome());

  EXPECT_TRUE(heard().at(0).has_sign_in());
}

}  // namespace
}  // namespace sotto::signaling
