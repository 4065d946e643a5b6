#include <gmock/gmock.h>

#include "tests/unit/client/session_world.hpp"

namespace sotto::signaling {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LinkSessionSends : public SessionWorld {
 protected:
  void send(const std::string& blob) { EXPECT_TRUE(session.send(envelope(blob), now).ok()) << blob; }

  /// The numbers in the Received messages since the last look.
  std::vector<uint64_t> heard_received() {
    std::vector<uint64_t> ids;
    for (const wire::ToServer& message : heard()) {
      if (message.has_received()) ids.push_back(message.received().id());
    }
    return ids;
  }
};

TEST_F(LinkSessionSends, CarriesAnEnvelopeToItsDevice) {
  sign_in();
  (void)heard();

  send("hello");

  const std::vector<wire::ToServer> messages = heard();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].send().id(), 1u);
  EXPECT_EQ(messages[0].send().account_id(), std::string(32, 7));
  EXPECT_EQ(messages[0].send().device_id(), std::string(16, 9));
  EXPECT_EQ(messages[0].send().blob(), "hello");
}

TEST_F(LinkSessionSends, RefusesABlobThatIsTooLarge) {
  EXPECT_EQ(session.send(envelope(std::string(kMaxBlobSize + 1, 'x')), now).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(LinkSessionSends, FitsTheLargestBlobIntoAFrame) {
  sign_in();
  (void)heard();

  send(std::string(kMaxBlobSize, 'x'));

  EXPECT_EQ(heard().size(), 1u);
}

TEST_F(LinkSessionSends, WaitForTheSignIn) {
  send("early");
  connect();
  say(welcome());
  EXPECT_THAT(heard_sends(), IsEmpty());

  say(signed_in());

  EXPECT_THAT(heard_sends(), ElementsAre("1:early"));
}

TEST_F(LinkSessionSends, GoOnFromWhatTheServerHasTakenOfAnEarlierProcess) {
  send("first");

  sign_in('b', 41);

  EXPECT_THAT(heard_sends(), ElementsAre("42:first"));
}

TEST_F(LinkSessionSends, AreSaidAgainAsTheyWereIfTheLinkSwallowedThem) {
  sign_in();
  send("taken");
  send("swallowed");
  say(done(1));
  lose_link();
  send("new");

  sign_in('b', 1);

  EXPECT_THAT(heard_sends(), ElementsAre("2:swallowed", "3:new"));
}

TEST_F(LinkSessionSends, AreNotSaidAgainIfOnlyTheAnswerWasLost) {
  sign_in();
  send("taken");
  lose_link();

  sign_in('b', 1);

  EXPECT_THAT(heard_sends(), IsEmpty());
  EXPECT_THAT(session.sends().waiting(), IsEmpty());
}

TEST_F(LinkSessionSends, AreSaidAgainToAServerThatHasForgottenEverything) {
  sign_in('b', 10);
  send("a");
  send("b");
  lose_link();

  sign_in('c', 0);

  EXPECT_THAT(heard_sends(), ElementsAre("1:a", "2:b"));
}

TEST_F(LinkSessionSends, AreNumberedAnewIfSomebodyElseUsedTheirNumbers) {
  sign_in('b', 0);
  send("a");
  lose_link();

  sign_in('b', 5);

  EXPECT_THAT(heard_sends(), ElementsAre("6:a"));
}

TEST_F(LinkSessionSends, AreDroppedWhenTheyAreTooOldToBeOfUse) {
  send("old");
  pass(44s);
  send("young");
  pass(1s);

  sign_in();

  EXPECT_THAT(heard_sends(), ElementsAre("1:young"));
}

TEST_F(LinkSessionSends, AreDroppedIfTheServerRefusesThem) {
  sign_in();
  send("too often");

  say(refused(1, wire::REFUSAL_RATE_LIMITED, 500));

  EXPECT_EQ(problem(), ServerProblem::kNone);
  EXPECT_THAT(session.sends().waiting(), IsEmpty());
}

TEST_F(LinkSessionSends, AreBounded) {
  for (int i = 0; i < 64; ++i) send("x");

  EXPECT_EQ(session.send(envelope("one too many"), now).error().code, ErrorCode::kUnavailable);
  sign_in();
  say(done(1));
  send("there is room again");
}

TEST_F(LinkSessionSends, ThatNobodyTakesMeanThatTheLinkIsLost) {
  sign_in();
  send("x");
  pass(9s);
  EXPECT_EQ(problem(), ServerProblem::kNone);

  pass(1s);

  EXPECT_EQ(problem(), ServerProblem::kLost);
}

TEST_F(LinkSessionSends, MayBeTakenLateWhileTheServerSaysOtherThings) {
  sign_in();
  send("x");
  for (int i = 1; i <= 4; ++i) {
    pass(9s);
    say(deliver(static_cast<uint64_t>(i), "y"));
  }

  EXPECT_EQ(problem(), ServerProblem::kNone);
}

TEST_F(LinkSessionSends, DeliversAndSaysOnceHowFar) {
  sign_in();
  (void)heard();
  Bytes one_read;
  for (const auto& [id, blob] : {std::pair<uint64_t, const char*>{1, "a"}, {2, "b"}, {5, "c"}}) {
    append(one_read, make_frame(deliver(id, blob)).value());
  }

  session.on_bytes(one_read, now, kWallNow);

  EXPECT_THAT(delivered(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(heard_received(), ElementsAre(5));
}

TEST_F(LinkSessionSends, DeliversOnceWhatIsToldTwiceAndSaysAgainThatItCame) {
  sign_in();
  say(deliver(1, "a"));
  lose_link();
  sign_in();
  (void)heard();
  EXPECT_THAT(delivered(), ElementsAre("a"));

  say(deliver(1, "a"));
  say(deliver(2, "b"));

  EXPECT_THAT(delivered(), ElementsAre("b"));
  EXPECT_EQ(heard_received().back(), 2u);
}

TEST_F(LinkSessionSends, CountsDeliveriesAnewAfterTheServerHasForgotten) {
  sign_in('b');
  say(deliver(1, "a"));
  lose_link();
  sign_in('c');

  say(deliver(1, "another"));

  EXPECT_THAT(delivered(), ElementsAre("a", "another"));
}

TEST_F(LinkSessionSends, PingsEvery25Seconds) {
  sign_in();
  (void)heard();
  for (int i = 0; i < 4; ++i) {
    pass(25s - 1us);
    EXPECT_THAT(heard(), IsEmpty());
    pass(1us);
    EXPECT_TRUE(heard().at(0).has_ping());
    say(pong());
  }
  EXPECT_EQ(problem(), ServerProblem::kNone);
}

TEST_F(LinkSessionSends, HoldsTheLinkForLostAfterAMinuteOfSilence) {
  sign_in();
  pass(60s - 1us);
  EXPECT_EQ(problem(), ServerProblem::kNone);

  pass(1us);

  EXPECT_EQ(problem(), ServerProblem::kLost);
  EXPECT_FALSE(session.signed_in());
}

TEST_F(LinkSessionSends, FindsOutWithin10SecondsWhetherTheLinkStillStands) {
  sign_in();
  (void)heard();
  session.probe(now);
  EXPECT_TRUE(heard().at(0).has_ping());
  pass(5s);
  say(pong());
  pass(20s);
  EXPECT_EQ(problem(), ServerProblem::kNone);

  session.probe(now);
  pass(10s);

  EXPECT_EQ(problem(), ServerProblem::kLost);
}

}  // namespace
}  // namespace sotto::signaling
