#include <gmock/gmock.h>

#include "tests/unit/client/session_world.hpp"

namespace sotto::signaling {
namespace {

using testing::IsEmpty;

enum class Stage { kAwaitWelcome, kAwaitSignedIn, kSignedIn };

class LinkSessionStates : public SessionWorld {
 protected:
  void reach(Stage stage) {
    if (!take<LinkFailure>().empty()) session.on_disconnected();
    session.on_disconnected();
    connect();
    if (stage == Stage::kAwaitWelcome) return;
    say(welcome());
    if (stage == Stage::kAwaitSignedIn) return;
    say(signed_in());
  }
  static wire::ToDevice looked_up(uint64_t request) {
    wire::ToDevice message;
    message.mutable_looked_up()->set_request(request);
    return message;
  }
  static wire::ToDevice relays(uint64_t request) {
    wire::ToDevice message;
    message.mutable_relay_credentials()->set_request(request);
    return message;
  }
};

TEST_F(LinkSessionStates, HaveARowForEveryMessage) {
  struct Row {
    wire::ToDevice message;
    std::vector<Stage> expected_in;
  };
  // Answers are to a question that was never asked: they make sense nowhere.
  const std::vector<Row> rows = {
      {welcome(), {Stage::kAwaitWelcome}},
      {signed_in(), {Stage::kAwaitSignedIn}},
      {done(1), {}},
      {refused(1, wire::REFUSAL_RATE_LIMITED), {}},
      {looked_up(1), {}},
      {relays(1), {}},
      {deliver(1, "x"), {Stage::kSignedIn}},
      {pong(), {Stage::kSignedIn}},
      {wire::ToDevice(), {}},
  };
  for (const Row& row : rows) {
    for (const Stage stage : {Stage::kAwaitWelcome, Stage::kAwaitSignedIn, Stage::kSignedIn}) {
      const bool expected = std::ranges::count(row.expected_in, stage) > 0;
      reach(stage);
      if (row.message.ByteSizeLong() == 0) {
        // An unknown field alone: what a later version might say.
        session.on_bytes(Bytes{0, 0, 0, 3, 0xfa, 0x01, 0x00}, now, kWallNow);
      } else {
        say(row.message);
      }
      EXPECT_EQ(problem(), expected ? ServerProblem::kNone : ServerProblem::kProtocol)
          << "message " << row.message.message_case() << " in stage " << static_cast<int>(stage);
    }
  }
}

TEST_F(LinkSessionStates, TakeARefusalOfTheLinkAtAnyTime) {
  for (const Stage stage : {Stage::kAwaitWelcome, Stage::kAwaitSignedIn, Stage::kSignedIn}) {
    reach(stage);
    say(refused(0, wire::REFUSAL_OVERLOADED));
    EXPECT_EQ(problem(), ServerProblem::kOverloaded);
  }
}

TEST_F(LinkSessionStates, HearNothingMoreOverALinkThatFailed) {
  reach(Stage::kSignedIn);
  Bytes one_read = make_frame(welcome()).value();
  append(one_read, make_frame(deliver(1, "late")).value());

  session.on_bytes(one_read, now, kWallNow);
  say(deliver(2, "later"));

  EXPECT_EQ(problem(), ServerProblem::kProtocol);
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_THAT(session.take_output(), IsEmpty());
}

TEST_F(LinkSessionStates, EndALinkThatDoesNotSpeakFrames) {
  reach(Stage::kAwaitWelcome);

  session.on_bytes(as_bytes("HTTP/1.1 400 Bad Request\r\n"), now, kWallNow);

  EXPECT_EQ(problem(), ServerProblem::kProtocol);
}

TEST_F(LinkSessionStates, EndALinkWhoseDeliveriesBreakTheirLimits) {
  reach(Stage::kSignedIn);
  say(deliver(0, "x"));
  EXPECT_EQ(problem(), ServerProblem::kProtocol);

  reach(Stage::kSignedIn);
  say(deliver(1, std::string(kMaxBlobSize + 1, 'x')));
  EXPECT_EQ(problem(), ServerProblem::kProtocol);
}

TEST_F(LinkSessionStates, SurviveThousandsOfMutatedMessages) {
  const std::vector<wire::ToDevice> messages = {
      welcome(),    signed_in(),     done(1), refused(1, wire::REFUSAL_STORAGE),
      looked_up(1), deliver(1, "x"), pong(),  relays(uint64_t{1} << 63)};
  for (int round = 0; round < 20'000; ++round) {
    reach(static_cast<Stage>(random.u32() % 3));
    (void)session.look_up("somebody", now);
    Bytes frame = make_frame(messages[random.u32() % messages.size()]).value();
    for (uint32_t changes = random.u32() % 4; changes > 0; --changes) {
      frame[random.u32() % frame.size()] = static_cast<uint8_t>(random.u32());
    }
    session.on_bytes(frame, now, kWallNow);
    now += 10ms;
    session.on_deadline(now);
    (void)session.take_output();
    (void)delivered();
    (void)take<LinkAnswered>();
    (void)take<LinkSignedIn>();
  }
}

}  // namespace
}  // namespace sotto::signaling
