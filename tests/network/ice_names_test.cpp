// STUN and TURN servers that are named, in an agent that gathers on loopback.
#include <glib.h>
#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/network/turn_server.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/main_context.hpp"
#include "transport/ice/ice_agent.hpp"

namespace sotto::transport {
namespace {

using test::FakeResolver;
using test::TurnServer;

struct NamedEnd {
  std::unique_ptr<IceAgent> agent = {};
  std::vector<std::string> candidates = {};
  int gathering_done = 0;

  bool has(const std::string& type) const {
    for (const std::string& line : candidates) {
      if (line.find(" typ " + type) != std::string::npos) return true;
    }
    return false;
  }
};

class IceNames : public ::testing::Test {
 protected:
  ~IceNames() override {
    for (NamedEnd* end : {&alice_, &bob_}) {
      if (!end->agent) continue;
      bool closed = false;
      end->agent->close([&closed] { closed = true; });
      EXPECT_TRUE(run_until([&closed] { return closed; }));
    }
    EXPECT_EQ(resolver_->open(), 0u);
    g_main_context_unref(context_);
  }

  IceServer named(IceServerKind kind, uint16_t port = 3478) {
    return {.host = "relay.example.org",
            .port = port,
            .kind = kind,
            .username = test::kTurnUser,
            .password = test::kTurnPassword};
  }

  void create(NamedEnd& end, bool controlling, IceServer server, bool relay_only = false, Duration patience = 1h) {
    IceCallbacks callbacks{.on_candidate = [&end](std::string line) { end.candidates.push_back(std::move(line)); },
                           .on_gathering_done = [&end] { ++end.gathering_done; }};
    auto agent = IceAgent::create(context_,
                                  {.controlling = controlling,
                                   .servers = {std::move(server)},
                                   .local_addresses = {"127.0.0.1"},
                                   .relay_only = relay_only,
                                   .resolver = resolver_,
                                   .name_patience = patience},
                                  std::move(callbacks));
    ASSERT_TRUE(agent) << agent.error().message;
    end.agent = std::move(agent).value();
  }

  [[nodiscard]] bool run_until(const std::function<bool()>& done) { return sotto::run_until(context_, done); }

  GMainContext* context_ = g_main_context_new();
  std::shared_ptr<FakeResolver> resolver_ = std::make_shared<FakeResolver>();
  NamedEnd alice_;
  NamedEnd bob_;
};

TEST_F(IceNames, OwnAddressesDoNotWaitForTheNameOfARelay) {
  create(alice_, true, named(IceServerKind::kTurnUdp));
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(run_until([&] { return alice_.has("host"); }));
  EXPECT_EQ(resolver_->asked("relay.example.org"), 1);
  EXPECT_EQ(alice_.gathering_done, 0) << "a relay may still come";
}

TEST_F(IceNames, NameThatNobodyKnowsIsCountedAndEndsTheGathering) {
  create(alice_, true, named(IceServerKind::kTurnUdp));
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(run_until([&] { return alice_.has("host"); }));
  resolver_->refuse("relay.example.org");
  ASSERT_TRUE(run_until([&] { return alice_.gathering_done > 0; }));
  EXPECT_EQ(alice_.agent->counters().servers_unresolved, 1u);
  EXPECT_EQ(alice_.gathering_done, 1);
}

TEST_F(IceNames, NameThatIsNeverAnsweredIsGivenUp) {
  create(alice_, true, named(IceServerKind::kTurnUdp), false, 1ms);
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(run_until([&] { return alice_.gathering_done > 0; }));
  EXPECT_TRUE(alice_.has("host"));
  EXPECT_EQ(alice_.agent->counters().servers_unresolved, 1u);
}

TEST_F(IceNames, NameOfAStunServerHoldsTheGatheringUpForAMomentOnly) {
  create(alice_, true, named(IceServerKind::kStun));
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(run_until([&] { return alice_.gathering_done > 0; })) << "an hour of patience is for relays";
  EXPECT_TRUE(alice_.has("host"));
  EXPECT_EQ(alice_.agent->counters().servers_unresolved, 1u);
}

TEST_F(IceNames, StunServerIsOfNoUseWhereOnlyRelaysAre) {
  auto agent = IceAgent::create(
      context_,
      {.servers = {named(IceServerKind::kStun),
                   {.host = "127.0.0.1", .port = 9, .kind = IceServerKind::kTurnUdp, .username = "u", .password = "p"}},
       .local_addresses = {"127.0.0.1"},
       .relay_only = true,
       .resolver = resolver_},
      {});
  ASSERT_TRUE(agent);
  alice_.agent = std::move(*agent);
  ASSERT_TRUE(alice_.agent->start_gathering());
  EXPECT_EQ(resolver_->asked("relay.example.org"), 0);
}

TEST_F(IceNames, AddressOfAFamilyThatThisMachineLacksIsPassedOver) {
  create(alice_, true, named(IceServerKind::kTurnUdp));
  ASSERT_TRUE(alice_.agent->start_gathering());
  resolver_->answer("relay.example.org", {"2001:db8::1"});
  ASSERT_TRUE(run_until([&] { return alice_.gathering_done > 0; }));
  EXPECT_EQ(alice_.agent->counters().servers_unresolved, 0u);
}

TEST_F(IceNames, AgentThatIsClosedAsksNoMore) {
  create(alice_, true, named(IceServerKind::kTurnUdp));
  ASSERT_TRUE(alice_.agent->start_gathering());
  EXPECT_EQ(resolver_->open(), 1u);
  bool closed = false;
  std::exchange(alice_.agent, nullptr)->close([&closed] { closed = true; });
  EXPECT_EQ(resolver_->open(), 0u);
  resolver_->answer("relay.example.org", {"127.0.0.1"});
  EXPECT_TRUE(run_until([&closed] { return closed; }));
}

class IceNamedRelay : public IceNames, public ::testing::WithParamInterface<IceServerKind> {
 protected:
  void SetUp() override {
    if (!TurnServer::available()) GTEST_SKIP() << "coturn is not installed";
  }
};

TEST_P(IceNamedRelay, CarriesACallWhoseOtherWaysWereAllTriedWhenItsNameIsFound) {
  const TurnServer turn;
  create(alice_, true, named(GetParam(), turn.port()), true);
  create(bob_, false, named(GetParam(), turn.port()), true);
  for (NamedEnd* end : {&alice_, &bob_}) {
    NamedEnd& other = end == &alice_ ? bob_ : alice_;
    ASSERT_TRUE(end->agent->start_gathering());
    const IceCredentials& credentials = other.agent->local_credentials();
    ASSERT_TRUE(end->agent->set_remote_credentials(credentials.ufrag, credentials.password));
  }

  resolver_->answer("relay.example.org", {"127.0.0.1"});

  ASSERT_TRUE(run_until([&] { return alice_.gathering_done > 0 && bob_.gathering_done > 0; }));
  EXPECT_TRUE(alice_.has("relay"));
  for (const std::string& line : alice_.candidates) ASSERT_TRUE(bob_.agent->add_remote_candidate(line));
  for (const std::string& line : bob_.candidates) ASSERT_TRUE(alice_.agent->add_remote_candidate(line));
  ASSERT_TRUE(run_until(
      [&] { return alice_.agent->state() == IceState::kWritable && bob_.agent->state() == IceState::kWritable; }));
  EXPECT_EQ(alice_.agent->selected_pair()->local.type, IceCandidateType::kRelayed);
}

// One side's relay comes when the other's candidates are all there: it is paired with them.
TEST_P(IceNamedRelay, TakesPartWhenItComesAfterTheOthersCandidates) {
  const TurnServer turn;
  create(alice_, true, named(GetParam(), turn.port()), true);
  create(bob_, false,
         {.host = "127.0.0.1",
          .port = turn.port(),
          .kind = GetParam(),
          .username = test::kTurnUser,
          .password = test::kTurnPassword},
         true);
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(bob_.agent->start_gathering());
  for (NamedEnd* end : {&alice_, &bob_}) {
    const IceCredentials& credentials = (end == &alice_ ? bob_ : alice_).agent->local_credentials();
    ASSERT_TRUE(end->agent->set_remote_credentials(credentials.ufrag, credentials.password));
  }
  ASSERT_TRUE(run_until([&] { return bob_.gathering_done > 0; }));
  for (const std::string& line : bob_.candidates) ASSERT_TRUE(alice_.agent->add_remote_candidate(line));
  alice_.agent->remote_candidates_done();

  resolver_->answer("relay.example.org", {"127.0.0.1"});

  ASSERT_TRUE(run_until([&] { return alice_.gathering_done > 0; }));
  for (const std::string& line : alice_.candidates) ASSERT_TRUE(bob_.agent->add_remote_candidate(line));
  bob_.agent->remote_candidates_done();
  EXPECT_TRUE(run_until(
      [&] { return alice_.agent->state() == IceState::kWritable && bob_.agent->state() == IceState::kWritable; }));
}

INSTANTIATE_TEST_SUITE_P(BothWays, IceNamedRelay, ::testing::Values(IceServerKind::kTurnUdp, IceServerKind::kTurnTcp),
                         [](const auto& kind) { return kind.param == IceServerKind::kTurnUdp ? "Udp" : "Tcp"; });

}  // namespace
}  // namespace sotto::transport
