#include "transport/ice/ice_agent.hpp"

#include <dirent.h>
#include <glib.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "tests/support/main_context.hpp"
#include "transport/ice/local_addresses.hpp"

namespace sotto::transport {
namespace {

/// A GLib context of its own, run until something holds. libnice keeps real time, so a guard far beyond what anything
/// takes ends a test that would hang.
class Loop {
 public:
  Loop() : context_(g_main_context_new()) {}
  ~Loop() { g_main_context_unref(context_); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  GMainContext* context() { return context_; }

  [[nodiscard]] bool run_until(const std::function<bool()>& done) { return sotto::run_until(context_, done); }

  /// Runs what is ready now, without waiting for more.
  void run_ready() {
    while (g_main_context_iteration(context_, FALSE)) {
    }
  }

  void close(std::unique_ptr<IceAgent> agent) {
    bool closed = false;
    agent->close([&closed] { closed = true; });
    agent.reset();
    ASSERT_TRUE(run_until([&closed] { return closed; }));
  }

 private:
  GMainContext* context_;
};

/// One end: an agent and everything that it told.
struct End {
  std::unique_ptr<IceAgent> agent;
  std::vector<std::string> candidates;
  int gathering_done = 0;
  std::vector<IceState> states;
  std::vector<Bytes> received;

  IceCallbacks callbacks() {
    return {.on_candidate = [this](std::string line) { candidates.push_back(std::move(line)); },
            .on_gathering_done = [this] { ++gathering_done; },
            .on_state = [this](IceState state) { states.push_back(state); },
            .on_datagram = [this](ByteView datagram,
                                  Timestamp) { received.emplace_back(datagram.begin(), datagram.end()); }};
  }
};

class IceAgentTest : public ::testing::Test {
 protected:
  ~IceAgentTest() override {
    for (End* end : {&alice_, &bob_}) {
      if (end->agent) loop_.close(std::move(end->agent));
    }
  }

  void create(End& end, bool controlling, std::string address = "127.0.0.1") {
    auto agent = IceAgent::create(
        loop_.context(), {.controlling = controlling, .local_addresses = {std::move(address)}}, end.callbacks());
    ASSERT_TRUE(agent);
    end.agent = std::move(agent).value();
  }

  void introduce(End& to, const End& who) {
    const IceCredentials& credentials = who.agent->local_credentials();
    ASSERT_TRUE(to.agent->set_remote_credentials(credentials.ufrag, credentials.password));
  }

  void hand_over_candidates(End& from, End& to) {
    for (const std::string& line : std::exchange(from.candidates, {}))
      ASSERT_TRUE(to.agent->add_remote_candidate(line));
    to.agent->remote_candidates_done();
  }

  bool both_writable() const {
    return alice_.agent->state() == IceState::kWritable && bob_.agent->state() == IceState::kWritable;
  }

  void connect(const std::string& address = "127.0.0.1") {
    create(alice_, true, address);
    create(bob_, false, address);
    introduce(alice_, bob_);
    introduce(bob_, alice_);
    ASSERT_TRUE(alice_.agent->start_gathering());
    ASSERT_TRUE(bob_.agent->start_gathering());
    ASSERT_TRUE(loop_.run_until([this] { return alice_.gathering_done > 0 && bob_.gathering_done > 0; }));
    hand_over_candidates(alice_, bob_);
    hand_over_candidates(bob_, alice_);
    ASSERT_TRUE(loop_.run_until([this] { return both_writable(); }));
  }

  Loop loop_;
  End alice_;
  End bob_;
};

Bytes numbered(size_t size, uint8_t first) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

TEST_F(IceAgentTest, FindsAPathOverLoopbackWhenToldToGatherThere) {
  connect();
  const auto pair = alice_.agent->selected_pair();
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->local.address.text(), "127.0.0.1");
  EXPECT_EQ(pair->remote.address.text(), "127.0.0.1");
  EXPECT_EQ(pair->local.type, IceCandidateType::kHost);
}

TEST_F(IceAgentTest, FindsAPathOverIpv6) {
  connect("::1");
  EXPECT_EQ(alice_.agent->selected_pair()->remote.address.text(), "::1");
  const Bytes hello = numbered(100, 1);
  const std::array<ByteView, 1> batch{hello};
  alice_.agent->send(batch);
  ASSERT_TRUE(loop_.run_until([this] { return !bob_.received.empty(); }));
  EXPECT_EQ(bob_.received.front(), hello);
}

TEST_F(IceAgentTest, DeliversABatchOfMixedSizesInOrder) {
  connect();
  std::vector<Bytes> datagrams;
  for (const size_t size : {1200, 1200, 1200, 700, 80, 1200, 1200, 1, 900, 900}) {
    datagrams.push_back(numbered(size, static_cast<uint8_t>(datagrams.size())));
  }
  const std::vector<ByteView> batch(datagrams.begin(), datagrams.end());

  alice_.agent->send(batch);

  ASSERT_TRUE(loop_.run_until([&] { return bob_.received.size() >= datagrams.size(); }));
  EXPECT_EQ(bob_.received, datagrams);
  EXPECT_EQ(alice_.agent->counters().datagrams_sent, datagrams.size());
  EXPECT_EQ(bob_.agent->counters().datagrams_received, datagrams.size());
}

TEST_F(IceAgentTest, DropsAndCountsWhatIsSentBeforeThereIsAPath) {
  create(alice_, true);
  const Bytes datagram = numbered(100, 0);
  const std::array<ByteView, 2> batch{datagram, datagram};
  alice_.agent->send(batch);
  EXPECT_EQ(alice_.agent->counters().datagrams_dropped, 2u);
}

TEST_F(IceAgentTest, TellsNothingFromInsideACall) {
  create(alice_, true);
  ASSERT_TRUE(alice_.agent->start_gathering());
  EXPECT_TRUE(alice_.candidates.empty());
  ASSERT_TRUE(loop_.run_until([this] { return alice_.gathering_done > 0; }));
  EXPECT_EQ(alice_.candidates.size(), 1u);
}

TEST_F(IceAgentTest, TellsNothingAfterClose) {
  create(alice_, true);
  ASSERT_TRUE(alice_.agent->start_gathering());
  loop_.close(std::move(alice_.agent));
  EXPECT_TRUE(alice_.candidates.empty());
  EXPECT_EQ(alice_.gathering_done, 0);
}

TEST_F(IceAgentTest, TakesThePeersCredentialsOnce) {
  create(alice_, true);
  create(bob_, false);
  introduce(alice_, bob_);
  const IceCredentials& credentials = bob_.agent->local_credentials();
  const auto again = alice_.agent->set_remote_credentials(credentials.ufrag, credentials.password);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kRefused);
}

TEST_F(IceAgentTest, TakesNoCredentialsThatAreNone) {
  create(alice_, true);
  const std::string good_password(22, 'p');
  EXPECT_FALSE(alice_.agent->set_remote_credentials("", ""));
  EXPECT_FALSE(alice_.agent->set_remote_credentials("abc", good_password));
  EXPECT_FALSE(alice_.agent->set_remote_credentials("abcd", "short"));
  EXPECT_FALSE(alice_.agent->set_remote_credentials("ab:d", good_password));
  EXPECT_FALSE(alice_.agent->set_remote_credentials("abcd", std::string(257, 'p')));
  EXPECT_TRUE(alice_.agent->set_remote_credentials("abcd", good_password));
}

TEST_F(IceAgentTest, TakesNoCandidateBeforeTheCredentials) {
  create(alice_, true);
  const auto early = alice_.agent->add_remote_candidate("candidate:1 1 UDP 1 192.0.2.1 5000 typ host");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::kRefused);
}

TEST_F(IceAgentTest, TakesTwentyFiveCandidates) {
  create(alice_, true);
  create(bob_, false);
  introduce(alice_, bob_);
  for (int i = 1; i <= 25; ++i) {
    EXPECT_TRUE(
        alice_.agent->add_remote_candidate("candidate:1 1 UDP 1 192.0.2." + std::to_string(i) + " 5000 typ host"));
  }
  EXPECT_FALSE(alice_.agent->add_remote_candidate("candidate:1 1 UDP 1 192.0.2.99 5000 typ host"));
  EXPECT_EQ(alice_.agent->counters().candidates_refused, 1u);
}

TEST_F(IceAgentTest, TakesNoLoopbackCandidateUnlessItGathersThere) {
  auto agent = IceAgent::create(loop_.context(), {}, {});
  ASSERT_TRUE(agent);
  alice_.agent = std::move(agent).value();
  ASSERT_TRUE(alice_.agent->set_remote_credentials("abcd", std::string(22, 'p')));
  EXPECT_FALSE(alice_.agent->add_remote_candidate("candidate:1 1 UDP 1 127.0.0.1 5000 typ host"));
}

TEST_F(IceAgentTest, GathersOnEveryUsableAddressUnlessToldOtherwise) {
  const std::vector<IpAddress> usable = usable_addresses(interface_addresses());
  if (usable.empty()) GTEST_SKIP() << "this machine has loopback only";
  auto agent = IceAgent::create(loop_.context(), {}, alice_.callbacks());
  ASSERT_TRUE(agent);
  alice_.agent = std::move(agent).value();
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(loop_.run_until([this] { return alice_.gathering_done > 0; }));
  EXPECT_EQ(alice_.candidates.size(), usable.size());
}

TEST_F(IceAgentTest, GathersOnce) {
  create(alice_, true);
  EXPECT_TRUE(alice_.agent->start_gathering());
  EXPECT_FALSE(alice_.agent->start_gathering());
}

TEST_F(IceAgentTest, FindsAPathAgainAfterARestartAndDeliversMeanwhile) {
  connect();
  const IceCredentials before = alice_.agent->local_credentials();
  alice_.candidates.clear();

  ASSERT_TRUE(alice_.agent->restart());
  ASSERT_TRUE(bob_.agent->restart());
  EXPECT_NE(alice_.agent->local_credentials().ufrag, before.ufrag);
  const Bytes meanwhile = numbered(300, 9);
  const std::array<ByteView, 1> batch{meanwhile};
  alice_.agent->send(batch);
  ASSERT_TRUE(loop_.run_until([this] { return !bob_.received.empty() && !alice_.candidates.empty(); }));
  EXPECT_EQ(bob_.received.front(), meanwhile);

  introduce(alice_, bob_);
  introduce(bob_, alice_);
  ASSERT_TRUE(loop_.run_until([this] { return alice_.gathering_done > 1 && bob_.gathering_done > 1; }));
  hand_over_candidates(alice_, bob_);
  hand_over_candidates(bob_, alice_);
  ASSERT_TRUE(loop_.run_until([this] { return both_writable(); }));
  bob_.received.clear();
  alice_.agent->send(batch);
  ASSERT_TRUE(loop_.run_until([this] { return !bob_.received.empty(); }));
}

TEST_F(IceAgentTest, MayBeDestroyedFromInsideItsCallbacks) {
  create(bob_, false);
  IceCallbacks callbacks = alice_.callbacks();
  callbacks.on_candidate = [this](std::string) { alice_.agent.reset(); };
  auto agent = IceAgent::create(loop_.context(), {.controlling = true, .local_addresses = {"127.0.0.1"}}, callbacks);
  ASSERT_TRUE(agent);
  alice_.agent = std::move(agent).value();
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(loop_.run_until([this] { return alice_.agent == nullptr; }));
  EXPECT_EQ(alice_.gathering_done, 0);
}

TEST_F(IceAgentTest, MayBeDestroyedByTheDatagramItDelivers) {
  connect();
  loop_.close(std::move(bob_.agent));
  IceCallbacks callbacks = bob_.callbacks();
  callbacks.on_datagram = [this](ByteView, Timestamp) { bob_.agent.reset(); };
  auto agent = IceAgent::create(loop_.context(), {.local_addresses = {"127.0.0.1"}}, callbacks);
  ASSERT_TRUE(agent);
  bob_.agent = std::move(agent).value();
  ASSERT_TRUE(alice_.agent->restart());
  introduce(alice_, bob_);
  introduce(bob_, alice_);
  ASSERT_TRUE(bob_.agent->start_gathering());
  ASSERT_TRUE(loop_.run_until([this] { return bob_.gathering_done > 1; }));
  hand_over_candidates(alice_, bob_);
  hand_over_candidates(bob_, alice_);
  ASSERT_TRUE(loop_.run_until([this] { return both_writable(); }));
  const Bytes datagram = numbered(100, 0);
  const std::array<ByteView, 2> batch{datagram, datagram};
  alice_.agent->send(batch);
  ASSERT_TRUE(loop_.run_until([this] { return bob_.agent == nullptr; }));
}

TEST_F(IceAgentTest, MayBeDestroyedInEveryState) {
  create(alice_, true);
  alice_.agent.reset();  // new
  loop_.run_ready();

  create(alice_, true);
  ASSERT_TRUE(alice_.agent->start_gathering());
  alice_.agent.reset();  // gathering
  loop_.run_ready();

  create(alice_, true);
  ASSERT_TRUE(alice_.agent->start_gathering());
  ASSERT_TRUE(alice_.agent->set_remote_credentials("abcd", std::string(22, 'p')));
  ASSERT_TRUE(alice_.agent->add_remote_candidate("candidate:1 1 UDP 1 127.0.0.1 9 typ host"));
  alice_.agent.reset();  // checking
  loop_.run_ready();

  connect();
  ASSERT_TRUE(alice_.agent->restart());
  alice_.agent.reset();  // restarting
  loop_.run_ready();
  bob_.agent.reset();  // connected
  loop_.run_ready();
}

TEST(IceAgentOptions, AreCheckedBeforeAnythingIsOpened) {
  Loop loop;
  EXPECT_FALSE(IceAgent::create(loop.context(), {.servers = {{.host = "no name"}}}, {}));
  EXPECT_FALSE(IceAgent::create(loop.context(), {.local_addresses = {"eth0"}}, {}));
  EXPECT_FALSE(IceAgent::create(loop.context(), {.servers = {{.host = "192.0.2.1"}}, .relay_only = true}, {}));
}

size_t open_descriptors() {
  size_t count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

TEST_F(IceAgentTest, LeavesNoDescriptorsBehindAfterAHundredAgents) {
  connect();  // whatever the libraries open once is open now
  loop_.close(std::move(alice_.agent));
  loop_.close(std::move(bob_.agent));
  const size_t before = open_descriptors();
  for (int i = 0; i < 50; ++i) {
    alice_ = {};
    bob_ = {};
    connect();
    loop_.close(std::move(alice_.agent));
    loop_.close(std::move(bob_.agent));
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace sotto::transport
