#include "transport/ice/local_addresses.hpp"

#include <gmock/gmock.h>

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;

InterfaceAddress on(std::string interface, std::string_view address, bool running = true) {
  return {.interface = std::move(interface), .address = *IpAddress::parse(address), .running = running};
}

std::vector<std::string> texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> texts;
  for (const IpAddress& address : addresses) texts.push_back(address.text());
  return texts;
}

TEST(UsableAddresses, AreThoseThatMayLeadToAPeer) {
  const auto usable = usable_addresses({on("lo", "127.0.0.1"), on("lo", "::1"), on("eth0", "192.0.2.2"),
                                        on("eth0", "fe80::1"), on("wlan0", "169.254.3.3"), on("docker0", "172.17.0.1"),
                                        on("virbr0", "192.168.122.1"), on("eth1", "198.51.100.4", false)});
  EXPECT_THAT(texts(usable), ElementsAre("192.0.2.2"));
}

TEST(UsableAddresses, TakeTurnsBetweenTheFamilies) {
  const auto usable = usable_addresses({on("eth0", "192.0.2.2"), on("eth1", "192.0.2.3"), on("eth0", "2001:db8::2")});
  EXPECT_THAT(texts(usable), ElementsAre("2001:db8::2", "192.0.2.2", "192.0.2.3"));
}

TEST(UsableAddresses, AreAtMostSixOfAFamily) {
  std::vector<InterfaceAddress> all;
  for (int i = 1; i <= 40; ++i) all.push_back(on("eth0", "2001:db8::" + std::to_string(i)));
  all.push_back(on("eth0", "192.0.2.2"));
  EXPECT_EQ(usable_addresses(all).size(), 7u);
}

TEST(UsableAddresses, NameEachAddressOnce) {
  EXPECT_EQ(usable_addresses({on("eth0", "192.0.2.2"), on("eth0:1", "192.0.2.2")}).size(), 1u);
}

TEST(InterfaceAddresses, IncludeLoopback) {
  bool found = false;
  for (const InterfaceAddress& entry : interface_addresses()) found = found || entry.address.is_loopback();
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace sotto::transport
