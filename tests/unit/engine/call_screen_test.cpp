#include "engine/call_screen.hpp"

#include <gtest/gtest.h>

#include "tests/unit/engine/people.hpp"

namespace sotto::engine {
namespace {

class CallScreenTest : public ::testing::Test {
 protected:
  Bytes init_from(const signaling::DeviceIdentity& caller, std::string_view name_hint = "al") {
    return signaling::CallSession::dial(caller, callee_, {random_.bytes<16>()}, signaling::CallKind::kAudio, kToday,
                                        random_, name_hint)
        .value()
        .init();
  }
  Result<CallScreen::Attempt> look_at(CallScreen& screen, const Bytes& init) {
    return screen.look_at(
        init, *self_->current(), [this](const auto&, bool) { return occupation_; }, now_);
  }
  CallScreen make_screen(StrangerCalls strangers) { return CallScreen(book_, strangers, calendar_); }

  SeededRandom random_{8};
  Calendar calendar_{[] { return kToday; }};
  std::shared_ptr<signaling::IdentityKeeper> self_ = make_keeper();
  signaling::Contact callee_ = signaling::verify_bundle(self_->current()->bundle(), kToday).value();
  std::shared_ptr<ContactBook> book_ = std::make_shared<ContactBook>(self_);
  signaling::DeviceIdentity alice_ = make_person(1);
  Occupation occupation_ = Occupation::kFree;
  Timestamp now_{};
};

TEST_F(CallScreenTest, ContactIsGreetedByTheNameThatItWasGiven) {
  ASSERT_TRUE(book_->add("alice", alice_.bundle(), kToday).ok());
  CallScreen screen = make_screen(StrangerCalls::kContactsOnly);
  const auto attempt = look_at(screen, init_from(alice_, "your bank"));
  ASSERT_TRUE(attempt.ok());
  EXPECT_EQ(attempt->greeting, Greeting::kAnswer);
  EXPECT_EQ(attempt->peer.name, "alice");
  EXPECT_TRUE(attempt->peer.known);
}

TEST_F(CallScreenTest, NameOfAStrangerIsMarkedAsItsOwnClaim) {
  CallScreen screen = make_screen(StrangerCalls::kAllowed);
  const auto attempt = look_at(screen, init_from(alice_, "your bank"));
  ASSERT_TRUE(attempt.ok());
  EXPECT_EQ(attempt->greeting, Greeting::kRing);
  EXPECT_EQ(attempt->peer.name, "\"your bank\" (unverified)");
  EXPECT_FALSE(attempt->peer.known);
  EXPECT_EQ(unverified_name(""), "somebody unknown");
}

TEST_F(CallScreenTest, InitThatWasSeenBeforeIsNothing) {
  CallScreen screen = make_screen(StrangerCalls::kAllowed);
  const Bytes init = init_from(alice_);
  EXPECT_TRUE(look_at(screen, init).ok());
  EXPECT_FALSE(look_at(screen, init).ok());
}

TEST_F(CallScreenTest, EleventhCallOfAContactInAMinuteIsNothing) {
  ASSERT_TRUE(book_->add("alice", alice_.bundle(), kToday).ok());
  CallScreen screen = make_screen(StrangerCalls::kContactsOnly);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(look_at(screen, init_from(alice_)).ok());
  EXPECT_FALSE(look_at(screen, init_from(alice_)).ok());
}

TEST_F(CallScreenTest, ManyStrangersTogetherDoNotKeepAContactOut) {
  ASSERT_TRUE(book_->add("alice", alice_.bundle(), kToday).ok());
  CallScreen screen = make_screen(StrangerCalls::kAllowed);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_TRUE(look_at(screen, init_from(make_person(100 + i))).ok());
  EXPECT_FALSE(look_at(screen, init_from(make_person(200))).ok());
  EXPECT_TRUE(look_at(screen, init_from(alice_)).ok());
}

TEST_F(CallScreenTest, CorrectedClockDoesNotMakeTheProcessBeginLater) {
  CallScreen screen = make_screen(StrangerCalls::kAllowed);
  // This machine's clock is an hour ahead: what callers with a right clock send seems to be from before it started.
  calendar_.correct(-std::chrono::hours(1));
  screen.on_clock_corrected();
  const auto session = signaling::CallSession::dial(alice_, callee_, {random_.bytes<16>()}, signaling::CallKind::kAudio,
                                                    kToday, random_);
  ASSERT_TRUE(session.ok());
  EXPECT_FALSE(look_at(screen, session->init()).ok()) << "from the future";
  calendar_.correct(Duration{});
  screen.on_clock_corrected();
  EXPECT_TRUE(look_at(screen, session->init()).ok());
}

}  // namespace
}  // namespace sotto::engine
