#include "transport/ice/network_table.hpp"

#include <gtest/gtest.h>

#include "tests/unit/ice/netlink_messages.hpp"

namespace sotto::transport {
namespace {

constexpr unsigned kRunning = IFF_UP | IFF_RUNNING;

class NetworkTableTest : public ::testing::Test {
 protected:
  bool news(const Bytes& datagram) { return table_.on_datagram(datagram).changed; }
  NetworkTable table_;
};

TEST_F(NetworkTableTest, AddressThatComesAndGoesIsNewsButNotThatItIsStillThere) {
  EXPECT_TRUE(news(address_message("192.0.2.1")));
  EXPECT_FALSE(news(address_message("192.0.2.1")));
  EXPECT_TRUE(news(address_message("192.0.2.1", RTM_DELADDR)));
  EXPECT_FALSE(news(address_message("192.0.2.1", RTM_DELADDR)));
  EXPECT_TRUE(news(address_message("2001:db8::1")));
}

TEST_F(NetworkTableTest, AddressThatLeadsNowhereIsNoNews) {
  EXPECT_FALSE(news(address_message("127.0.0.1", RTM_NEWADDR, 0, RT_SCOPE_HOST)));
  EXPECT_FALSE(news(address_message("fe80::1", RTM_NEWADDR, 0, RT_SCOPE_LINK)));
}

TEST_F(NetworkTableTest, AddressIsNewsWhenItMayBeUsed) {
  EXPECT_FALSE(news(address_message("2001:db8::1", RTM_NEWADDR, IFA_F_TENTATIVE)));
  EXPECT_TRUE(news(address_message("2001:db8::1")));
}

TEST_F(NetworkTableTest, RouteIsTheSameOnlyByTheSameGateway) {
  EXPECT_TRUE(news(route_message("192.0.2.254")));
  EXPECT_FALSE(news(route_message("192.0.2.254")));
  EXPECT_TRUE(news(route_message("192.0.2.253")));
  EXPECT_TRUE(news(route_message("192.0.2.254", RTM_DELROUTE)));
}

TEST_F(NetworkTableTest, RouteThatWasReplacedIsNewsWhenItComesBack) {
  EXPECT_TRUE(news(route_message("192.0.2.254")));
  EXPECT_TRUE(news(route_message("192.0.2.253", RTM_NEWROUTE, NLM_F_REPLACE)));
  EXPECT_TRUE(news(route_message("192.0.2.254", RTM_NEWROUTE, NLM_F_REPLACE)));
}

TEST_F(NetworkTableTest, RoutesOfTwoRoutersThatRenewThemselvesByTurnsAreNoNews) {
  EXPECT_TRUE(news(route_message("fe80::1")));
  EXPECT_TRUE(news(route_message("fe80::2")));
  EXPECT_FALSE(news(route_message("fe80::1")));
  EXPECT_FALSE(news(route_message("fe80::2")));
}

TEST_F(NetworkTableTest, RouteOfTheMachineItselfOrOfAPathIsNoNews) {
  EXPECT_FALSE(news(route_message("192.0.2.254", RTM_NEWROUTE, 0, "198.51.100.0", RT_TABLE_LOCAL)));
  EXPECT_FALSE(news(route_message("192.0.2.254", RTM_NEWROUTE, 0, {}, RT_TABLE_MAIN, 2, RTM_F_CLONED)));
  EXPECT_FALSE(news(route_message("fe80::1", RTM_NEWROUTE, 0, "fe80::")));
}

TEST_F(NetworkTableTest, CarrierIsNewsAndStatisticsOfALinkAreNot) {
  EXPECT_FALSE(news(link_message(2, IFF_UP)));
  EXPECT_TRUE(news(link_message(2, kRunning)));
  EXPECT_FALSE(news(link_message(2, kRunning | IFF_PROMISC)));
  EXPECT_TRUE(news(link_message(2, IFF_UP)));
  EXPECT_FALSE(news(link_message(2, kRunning, RTM_DELLINK)));
}

// The kernel does not say that IPv4 routes go with the link or the address that they stood on.
TEST_F(NetworkTableTest, RouteThatWentWithItsLinkIsNewsWhenItComesBack) {
  (void)news(link_message(2, kRunning));
  (void)news(address_message("192.0.2.1"));
  (void)news(route_message("192.0.2.254"));
  (void)news(link_message(2, 0));
  EXPECT_TRUE(news(route_message("192.0.2.254")));
  (void)news(address_message("192.0.2.1", RTM_DELADDR));
  EXPECT_TRUE(news(route_message("192.0.2.254")));
}

TEST_F(NetworkTableTest, ReadsAllMessagesOfADatagram) {
  Bytes both = address_message("127.0.0.1", RTM_NEWADDR, 0, RT_SCOPE_HOST);
  append(both, address_message("192.0.2.1"));
  append(both, message(NLMSG_DONE, {}));
  const auto news = table_.on_datagram(both);
  EXPECT_TRUE(news.changed);
  EXPECT_TRUE(news.dump_ended);
}

TEST_F(NetworkTableTest, RefusedRequestHasEndedToo) {
  EXPECT_TRUE(table_.on_datagram(message(NLMSG_ERROR, Bytes(20))).dump_ended);
}

TEST_F(NetworkTableTest, WhatIsCutOffAnywhereIsReadNoFurther) {
  const Bytes whole = address_message("192.0.2.1");
  for (size_t size = 0; size < whole.size(); ++size) {
    NetworkTable table;
    EXPECT_FALSE(table.on_datagram(ByteView(whole).first(size)).changed) << size;
  }
}

TEST_F(NetworkTableTest, LengthsThatLieAreNotFollowed) {
  for (size_t at : {size_t{0}, sizeof(nlmsghdr) + sizeof(ifaddrmsg)}) {
    for (const uint8_t lie : {uint8_t{0}, uint8_t{1}, uint8_t{3}, uint8_t{255}}) {
      Bytes bytes = address_message("192.0.2.1");
      bytes[at] = lie;
      bytes[at + 1] = lie == 255 ? 255 : 0;
      NetworkTable table;
      EXPECT_FALSE(table.on_datagram(bytes).changed) << at << " " << int{lie};
    }
  }
}

TEST_F(NetworkTableTest, HoldsNoMoreThanItsLimit) {
  for (uint32_t i = 0; i < 5000; ++i) (void)news(link_message(i + 1, kRunning));
  EXPECT_EQ(table_.size(), 4096u);
}

}  // namespace
}  // namespace sotto::transport
