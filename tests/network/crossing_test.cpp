// Two people who call each other at the same moment, with real threads.
#include <gtest/gtest.h>

#include <thread>

#include "tests/network/test_device.hpp"

namespace sotto::test {
namespace {

class CrossingCalls : public ::testing::Test {
 protected:
  CrossingCalls() { alice_.know(bob_); }

  /// Both dial, and are in one call.
  void call_each_other() {
    std::shared_ptr<Call> alices;
    std::thread dialling([&] { alices = alice_.dial(bob_).value(); });
    const std::shared_ptr<Call> bobs = bob_.dial(alice_).value();
    dialling.join();
    CallWatch at_alice(alices);
    CallWatch at_bob(bobs);
    ASSERT_TRUE(at_alice.wait_for_frames(5)) << to_string(alices->state());
    ASSERT_TRUE(at_bob.wait_for_frames(5)) << to_string(bobs->state());
    EXPECT_EQ(alices->statistics().security.sas_symbols, bobs->statistics().security.sas_symbols);
    alices->hang_up();
    ASSERT_TRUE(at_bob.wait_for(CallState::kEnded));
    EXPECT_EQ(bobs->end_reason(), EndReason::kPeerHungUp);
  }

  InProcessHub hub_;
  TestDevice alice_{hub_};
  TestDevice bob_{hub_};
};

TEST_F(CrossingCalls, AreOneCall) {
  for (int i = 0; i < 20; ++i) ASSERT_NO_FATAL_FAILURE(call_each_other());
}

TEST_F(CrossingCalls, AreOneCallWhereNobodyTakesCalls) {
  alice_.engine().on_incoming_call(nullptr);
  bob_.engine().on_incoming_call(nullptr);
  for (int i = 0; i < 5; ++i) ASSERT_NO_FATAL_FAILURE(call_each_other());
}

TEST_F(CrossingCalls, AreOneCallBesideAnotherThatMakesBusy) {
  TestDevice carol(hub_);
  carol.know(bob_);
  const std::shared_ptr<Call> carols = carol.dial(bob_).value();
  const std::shared_ptr<Call> with_carol = bob_.wait_for_incoming();
  CallWatch at_carol(carols);
  ASSERT_TRUE(with_carol->accept(bob_.media()).ok());
  ASSERT_TRUE(at_carol.wait_for_frames(3));
  for (int i = 0; i < 5; ++i) ASSERT_NO_FATAL_FAILURE(call_each_other());
  EXPECT_EQ(with_carol->state(), CallState::kActive);
}

TEST_F(CrossingCalls, MayEndWhileTheyCross) {
  for (int i = 0; i < 40; ++i) {
    const std::shared_ptr<Call> alices = alice_.dial(bob_).value();
    const std::shared_ptr<Call> bobs = bob_.dial(alice_).value();
    CallWatch at_alice(alices);
    for (int turn = 0; turn < 200 * i; ++turn) std::this_thread::yield();  // each time at another step
    bobs->hang_up();
    // Hers may have come when his was over, and ring: then it is hers to end.
    alices->hang_up();
    ASSERT_TRUE(at_alice.wait_for(CallState::kEnded));
  }
  bob_.close_engine();
  alice_.close_engine();
  EXPECT_FALSE(alice_.capture().open() || bob_.capture().open());
}

}  // namespace
}  // namespace sotto::test
