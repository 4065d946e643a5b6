#include <glib.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/network/turn_server.hpp"
#include "tests/support/main_context.hpp"
#include "transport/ice/ice_agent.hpp"

namespace sotto::transport {
namespace {

using test::TurnServer;

IceServer server_of(const TurnServer& turn, IceServerKind kind) {
  return {.host = "127.0.0.1",
          .port = turn.port(),
          .kind = kind,
          .username = test::kTurnUser,
          .password = test::kTurnPassword};
}

struct RelayedEnd {
  std::unique_ptr<IceAgent> agent = {};
  std::vector<std::string> candidates = {};
  bool gathering_done = false;
  std::vector<Bytes> received = {};
};

class IceRelay : public ::testing::TestWithParam<IceServerKind> {
 protected:
  void SetUp() override {
    if (!TurnServer::available()) GTEST_SKIP() << "coturn is not installed";
  }
  ~IceRelay() override {
    for (RelayedEnd* end : {&alice_, &bob_}) {
      if (!end->agent) continue;
      bool closed = false;
      end->agent->close([&closed] { closed = true; });
      EXPECT_TRUE(run_until([&closed] { return closed; }));
    }
    g_main_context_unref(context_);
  }

  void create(RelayedEnd& end, bool controlling, const TurnServer& turn) {
    IceCallbacks callbacks{
        .on_candidate = [&end](std::string line) { end.candidates.push_back(std::move(line)); },
        .on_gathering_done = [&end] { end.gathering_done = true; },
        .on_datagram = [&end](ByteView datagram,
                              Timestamp) { end.received.emplace_back(datagram.begin(), datagram.end()); }};
    auto agent = IceAgent::create(context_,
                                  {.controlling = controlling,
                                   .servers = {server_of(turn, GetParam())},
                                   .local_addresses = {"127.0.0.1"},
                                   .relay_only = true},
                                  std::move(callbacks));
    ASSERT_TRUE(agent);
    end.agent = std::move(agent).value();
  }

  static void hand_over(const RelayedEnd& from, const RelayedEnd& to) {
    const IceCredentials& credentials = from.agent->local_credentials();
    ASSERT_TRUE(to.agent->set_remote_credentials(credentials.ufrag, credentials.password));
    for (const std::string& line : from.candidates) ASSERT_TRUE(to.agent->add_remote_candidate(line));
    to.agent->remote_candidates_done();
  }

  [[nodiscard]] bool run_until(const std::function<bool()>& done) { return sotto::run_until(context_, done); }

  GMainContext* context_ = g_main_context_new();
  RelayedEnd alice_;
  RelayedEnd bob_;
};

TEST_P(IceRelay, CarriesACallWithoutTellingAnyAddressButTheRelays) {
  const TurnServer turn;
  create(alice_, true, turn);
  create(bob_, false, turn);
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(bob_.agent->start_gathering());
  ASSERT_TRUE(run_until([this] { return alice_.gathering_done && bob_.gathering_done; }));
  ASSERT_FALSE(alice_.candidates.empty());
  for (const std::string& line : alice_.candidates) {
    EXPECT_NE(line.find("typ relay raddr 0.0.0.0 rport 0"), std::string::npos) << line;
  }

  hand_over(alice_, bob_);
  hand_over(bob_, alice_);
  const auto writable = [this] {
    return alice_.agent->state() == IceState::kWritable && bob_.agent->state() == IceState::kWritable;
  };
  ASSERT_TRUE(run_until(writable));
  EXPECT_EQ(alice_.agent->selected_pair()->local.type, IceCandidateType::kRelayed);

  const Bytes large(1200, 1);
  const Bytes small(100, 2);
  const std::array<ByteView, 3> batch{large, large, small};
  alice_.agent->send(batch);
  ASSERT_TRUE(run_until([this] { return bob_.received.size() >= 3; }));
  EXPECT_EQ(bob_.received, (std::vector<Bytes>{large, large, small}));
}

INSTANTIATE_TEST_SUITE_P(BothWays, IceRelay, ::testing::Values(IceServerKind::kTurnUdp, IceServerKind::kTurnTcp),
                         [](const auto& kind) { return kind.param == IceServerKind::kTurnUdp ? "Udp" : "Tcp"; });

}  // namespace
}  // namespace sotto::transport
