// What the kernel tells of changes of its network, in a namespace of the test's own.
#include "transport/ice/network_monitor.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include "tests/support/main_context.hpp"
#include "tests/support/own_network.hpp"

namespace sotto::transport {
namespace {

using test::ip;

class NetworkMonitorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = test::enter_own_network(); !why.empty()) GTEST_SKIP() << why;
    ASSERT_TRUE(ip("link add sotto0 type veth peer name sotto1") && ip("link set sotto1 up") &&
                ip("link set sotto0 up") && ip("address add 192.0.2.1/24 dev sotto0"));
    monitor_ = watch_network(context_, [this] { ++changes_; }).value();
    // What there is already is no change; the kernel lists it as fast as it is read.
    while (g_main_context_iteration(context_, FALSE)) {
    }
  }
  ~NetworkMonitorTest() override {
    monitor_.reset();
    g_main_context_unref(context_);
  }

  /// Waits for one; false if none is told.
  bool changes() {
    const int before = changes_;
    return run_until(context_, [&] { return changes_ > before; });
  }

 private:
  GMainContext* context_ = g_main_context_new();
  std::unique_ptr<NetworkMonitor> monitor_;
  int changes_ = 0;
};

TEST_F(NetworkMonitorTest, TellsOfAddressesThatComeAndGo) {
  ASSERT_TRUE(ip("address add 198.51.100.1/24 dev sotto0"));
  EXPECT_TRUE(changes());
  ASSERT_TRUE(ip("address del 198.51.100.1/24 dev sotto0"));
  EXPECT_TRUE(changes());
  ASSERT_TRUE(ip("address add 2001:db8::1/64 dev sotto0 nodad"));
  EXPECT_TRUE(changes());
}

TEST_F(NetworkMonitorTest, TellsOfRoutesAlsoWhenTheyAreReplaced) {
  ASSERT_TRUE(ip("route add default via 192.0.2.254"));
  EXPECT_TRUE(changes());
  ASSERT_TRUE(ip("route replace default via 192.0.2.253"));
  EXPECT_TRUE(changes());
  ASSERT_TRUE(ip("route replace default via 192.0.2.254"));
  EXPECT_TRUE(changes());
}

TEST_F(NetworkMonitorTest, TellsOfALinkThatGoesDownAndComesBackWithItsRoute) {
  ASSERT_TRUE(ip("route add default via 192.0.2.254"));
  EXPECT_TRUE(changes());
  ASSERT_TRUE(ip("link set sotto0 down"));
  EXPECT_TRUE(changes());
  ASSERT_TRUE(ip("link set sotto0 up"));
  EXPECT_TRUE(changes());
  ASSERT_TRUE(ip("route add default via 192.0.2.254"));
  EXPECT_TRUE(changes());
}

}  // namespace
}  // namespace sotto::transport
