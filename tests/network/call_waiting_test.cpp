#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

#include "tests/network/test_device.hpp"

namespace sotto::test {
namespace {

/// Bob talks to Alice, and takes calls of others meanwhile.
class CallWaiting : public ::testing::Test {
 protected:
  CallWaiting() {
    bob_.know(alice_);
    bob_.know(carol_);
    bob_.know(dave_);
  }

  void SetUp() override {
    alices_ = alice_.dial(bob_).value();
    first_ = bob_.wait_for_incoming();
    ASSERT_TRUE(first_);
    at_bob_.emplace(first_);
    ASSERT_TRUE(first_->accept(bob_.media()).ok());
    ASSERT_TRUE(at_bob_->wait_for_frames(3));
    bob_.reset();
  }

  void carol_calls() {
    carols_ = carol_.dial(bob_).value();
    second_ = bob_.wait_for_incoming();
    ASSERT_TRUE(second_);
    ASSERT_NE(first_, second_);
  }

  static bool wait_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + kGuard;
    while (!done() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
  }

  InProcessHub hub_;
  TestDevice alice_{hub_};
  TestDevice bob_{hub_, [](EngineOptions& options, engine::InternalOptions&) { options.call_waiting = true; }};
  TestDevice carol_{hub_};
  TestDevice dave_{hub_};
  std::shared_ptr<Call> alices_;  // at Alice's
  std::shared_ptr<Call> carols_;  // at Carol's
  std::shared_ptr<Call> first_;   // with Alice, at Bob's
  std::shared_ptr<Call> second_;  // with Carol, at Bob's
  std::optional<CallWatch> at_bob_;
};

TEST_F(CallWaiting, SecondCallRingsAndTheFirstGoesOn) {
  carol_calls();
  EXPECT_EQ(second_->state(), CallState::kRinging);
  EXPECT_FALSE(first_->on_hold());
  EXPECT_TRUE(at_bob_->wait_for_frames(at_bob_->frames() + 10));
  ASSERT_TRUE(second_->decline().ok());
  CallWatch at_carol(carols_);
  ASSERT_TRUE(at_carol.wait_for(CallState::kEnded));
  EXPECT_EQ(carols_->end_reason(), EndReason::kDeclined);
  EXPECT_TRUE(at_bob_->wait_for_frames(at_bob_->frames() + 10));
}

TEST_F(CallWaiting, ThirdCallHearsBusy) {
  carol_calls();
  const auto daves = dave_.dial(bob_).value();
  CallWatch at_dave(daves);
  ASSERT_TRUE(at_dave.wait_for(CallState::kEnded));
  EXPECT_EQ(daves->end_reason(), EndReason::kBusy);
}

TEST_F(CallWaiting, AcceptingTheSecondHoldsTheFirst) {
  carol_calls();
  CallWatch with_carol(second_);
  ASSERT_TRUE(second_->accept(bob_.media()).ok());
  ASSERT_TRUE(with_carol.wait_for_frames(5));
  EXPECT_TRUE(first_->on_hold());
  EXPECT_FALSE(second_->on_hold());
  EXPECT_TRUE(wait_until([&] { return alices_->peer_media().on_hold; }));
  EXPECT_TRUE(hear(*second_));
  std::array<int16_t, kAudioBlockSamples> block;
  first_->play(block);
  EXPECT_TRUE(std::ranges::all_of(block, [](int16_t sample) { return sample == 0; }));
}

TEST_F(CallWaiting, ResumingTheFirstHoldsTheSecondAndBack) {
  carol_calls();
  CallWatch with_carol(second_);
  ASSERT_TRUE(second_->accept(bob_.media()).ok());
  ASSERT_TRUE(with_carol.wait_for_frames(5));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(first_->resume().ok());
    EXPECT_FALSE(first_->on_hold());
    EXPECT_TRUE(second_->on_hold());
    EXPECT_TRUE(wait_until([&] { return carols_->peer_media().on_hold && !alices_->peer_media().on_hold; }));
    ASSERT_TRUE(at_bob_->wait_for_frames(at_bob_->frames() + 5));
    ASSERT_TRUE(second_->resume().ok());
    EXPECT_TRUE(first_->on_hold());
    ASSERT_TRUE(with_carol.wait_for_frames(with_carol.frames() + 5));
  }
  second_->hang_up();
  EXPECT_TRUE(first_->on_hold()) << "the person says when it goes on";
  ASSERT_TRUE(first_->resume().ok());
  EXPECT_TRUE(at_bob_->wait_for_frames(at_bob_->frames() + 5));
}

TEST_F(CallWaiting, MakingASecondCallHoldsTheFirst) {
  const auto outgoing = bob_.dial(carol_).value();
  const auto at_carol = carol_.wait_for_incoming();
  ASSERT_TRUE(at_carol);
  EXPECT_TRUE(first_->on_hold());
  CallWatch with_carol(outgoing);
  ASSERT_TRUE(at_carol->accept(carol_.media()).ok());
  EXPECT_TRUE(with_carol.wait_for_frames(5));
}

TEST_F(CallWaiting, StrangerDoesNotRingIntoACall) {
  TestDevice stranger(hub_);
  ASSERT_TRUE(stranger.engine().add_contact(bob_.identity().bundle()).ok());
  const auto unheard = stranger.dial(bob_).value();
  carol_calls();  // later, over the same hub in order
  EXPECT_EQ(unheard->state(), CallState::kDialing);
}

}  // namespace
}  // namespace sotto::test
