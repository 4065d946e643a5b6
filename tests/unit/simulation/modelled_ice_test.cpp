#include "engine/simulation/modelled_ice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace sotto::simulation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using transport::IceState;

/// Two agents on one network, the first one in control. What one finds is told to the other at once.
class TwoAgents {
 public:
  explicit TwoAgents(const char* network)
      : network_(machine_, transport::parse_link_profile(network).value(), 1), agents_{make(0), make(1)} {}

  void exchange_credentials() {
    for (int side : {0, 1}) {
      const transport::IceCredentials& theirs = agent(1 - side).local_credentials();
      ASSERT_TRUE(agent(side).set_remote_credentials(theirs.ufrag, theirs.password).ok());
    }
  }
  /// Tells `side` what the other one has found.
  void tell_candidates(int side) {
    for (const std::string& candidate : candidates_[1 - side]) {
      ASSERT_TRUE(agent(side).add_remote_candidate(candidate).ok());
    }
  }
  void gather() {
    for (int side : {0, 1}) ASSERT_TRUE(agent(side).start_gathering().ok());
    run(0ms);
  }
  void run(Duration time) { machine_.run_until(machine_.now() + time); }
  ModelledIce& agent(int side) { return *agents_.at(side); }
  bool writable(int side) { return agent(side).state() == IceState::kWritable; }

  VirtualMachine machine_;
  SimulatedNetwork network_;
  std::array<std::vector<std::string>, 2> candidates_;
  std::array<std::vector<IceState>, 2> states_;
  std::array<std::vector<Bytes>, 2> received_;

 private:
  std::unique_ptr<ModelledIce> make(int side) {
    transport::IceCallbacks callbacks;
    callbacks.on_candidate = [this, side](std::string line) { candidates_[side].push_back(std::move(line)); };
    callbacks.on_state = [this, side](IceState state) { states_[side].push_back(state); };
    callbacks.on_datagram = [this, side](ByteView datagram, Timestamp) {
      received_[side].emplace_back(datagram.begin(), datagram.end());
    };
    return std::make_unique<ModelledIce>(machine_, network_, side, transport::IceOptions{.controlling = side == 0},
                                         std::move(callbacks));
  }

  std::array<std::unique_ptr<ModelledIce>, 2> agents_;
};

constexpr uint8_t kSrtpLike[] = {0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};

TEST(ModelledIce, IsWritableARoundTripAfterBothKnowTheOther) {
  TwoAgents pair("delay=50ms");
  pair.gather();
  pair.exchange_credentials();
  pair.tell_candidates(0);
  pair.tell_candidates(1);

  pair.run(104ms);  // a check waits 5 ms for its turn
  EXPECT_FALSE(pair.writable(0));
  pair.run(1ms);
  EXPECT_TRUE(pair.writable(0));
  EXPECT_TRUE(pair.writable(1));
  EXPECT_THAT(pair.states_[0], ElementsAre(IceState::kWritable));
  ASSERT_TRUE(pair.agent(0).selected_pair());
  EXPECT_EQ(pair.agent(0).selected_pair()->remote.line(), pair.candidates_[1].at(0));
}

TEST(ModelledIce, AnswersAPeerThatItDoesNotKnowAndChecksItWhenItDoes) {
  TwoAgents pair("delay=50ms");
  pair.gather();
  pair.exchange_credentials();
  pair.tell_candidates(0);
  pair.run(200ms);
  EXPECT_TRUE(pair.writable(0)) << "in control: a check that is answered is enough";
  EXPECT_FALSE(pair.writable(1));
  pair.tell_candidates(1);
  pair.run(105ms);
  EXPECT_TRUE(pair.writable(1));
}

TEST(ModelledIce, RepeatsACheckAfterHalfASecondThenOneSecondAndSoOn) {
  TwoAgents pair("blackout=0s+100s");
  std::vector<Duration> sent;
  const Timestamp start = pair.machine_.now();
  pair.network_.watch([&](int, ByteView) { sent.push_back(pair.machine_.now() - start); }, nullptr);
  pair.gather();
  pair.exchange_credentials();
  pair.tell_candidates(0);
  pair.run(1min);
  EXPECT_THAT(sent, ElementsAre(5ms, 505ms, 1505ms, 3505ms, 7505ms, 15505ms, 31505ms));
}

TEST(ModelledIce, ChecksAPairAgainWhenItIsSelectedAndThenEachFourToSixSeconds) {
  TwoAgents pair("");
  pair.gather();
  pair.exchange_credentials();
  std::vector<Timestamp> requests;
  pair.network_.watch(
      [&](int device, ByteView datagram) {
        const bool request = ByteReader(datagram).u16() == 0x0001;
        if (device == 0 && request) requests.push_back(pair.machine_.now());
      },
      nullptr);
  pair.tell_candidates(0);
  pair.tell_candidates(1);
  pair.run(1min);
  ASSERT_GT(requests.size(), 10u);
  EXPECT_EQ(requests[1], requests[0]) << "there is no delay, so it is selected at once";
  for (size_t i = 2; i < requests.size(); ++i) {
    EXPECT_GE(requests[i] - requests[i - 1], Duration(4s));
    EXPECT_LE(requests[i] - requests[i - 1], Duration(6s));
  }
}

TEST(ModelledIce, MakesACheckDueAtAPeerWhoseOwnWereLostByCheckingTheSelectedPair) {
  TwoAgents pair("delay=50ms,blackout=200ms+3600ms");
  pair.gather();
  pair.exchange_credentials();
  pair.tell_candidates(0);
  pair.run(200ms);
  ASSERT_TRUE(pair.writable(0));
  pair.tell_candidates(1);  // its checks at 205, 705, 1705 and 3705 ms are lost, and the next would be at 7705 ms
  pair.run(3800ms);
  EXPECT_FALSE(pair.writable(1));
  pair.run(2500ms);
  EXPECT_TRUE(pair.writable(1));
}

TEST(ModelledIce, CarriesDatagramsBetweenAgentsThatHaveFoundEachOther) {
  TwoAgents pair("delay=10ms");
  pair.gather();
  pair.exchange_credentials();
  const ByteView datagram(kSrtpLike);
  pair.agent(0).send({&datagram, 1});
  EXPECT_EQ(pair.agent(0).counters().datagrams_dropped, 1u) << "there is no pair yet";

  pair.tell_candidates(0);
  pair.tell_candidates(1);
  pair.run(1s);
  pair.agent(0).send({&datagram, 1});
  pair.run(1s);
  EXPECT_THAT(pair.received_[1], SizeIs(1));
}

TEST(ModelledIce, TakesNothingFromAPeerThatHasNotShownItself) {
  TwoAgents pair("");
  pair.gather();
  pair.exchange_credentials();
  pair.network_.inject(1, kSrtpLike);
  EXPECT_THAT(pair.received_[1], IsEmpty());
}

TEST(ModelledIce, IsSilentOnceItIsClosedAndLeavesNothingBehind) {
  TwoAgents pair("delay=10ms");
  pair.gather();
  pair.exchange_credentials();
  pair.tell_candidates(0);
  pair.tell_candidates(1);
  bool closed = false;
  pair.agent(0).close([&] { closed = true; });
  EXPECT_TRUE(closed);
  pair.agent(1).close({});
  pair.run(1min);
  EXPECT_THAT(pair.states_[0], IsEmpty());
  EXPECT_EQ(pair.machine_.pending(), 0u);
}

TEST(ModelledIce, StaysWritableWhileItStartsAnew) {
  TwoAgents pair("delay=10ms");
  pair.gather();
  pair.exchange_credentials();
  pair.tell_candidates(0);
  pair.tell_candidates(1);
  pair.run(1s);
  const std::string before = pair.agent(0).local_credentials().ufrag;
  ASSERT_TRUE(pair.agent(0).restart().ok());
  ASSERT_TRUE(pair.agent(1).restart().ok());
  EXPECT_NE(pair.agent(0).local_credentials().ufrag, before);
  EXPECT_TRUE(pair.writable(0));
  pair.run(0ms);
  pair.exchange_credentials();
  pair.tell_candidates(0);
  pair.run(1s);
  EXPECT_TRUE(pair.writable(0));
  EXPECT_TRUE(pair.agent(0).selected_pair());
}

}  // namespace
}  // namespace sotto::simulation
