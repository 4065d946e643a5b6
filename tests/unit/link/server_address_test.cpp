#include "signaling/link/server_address.hpp"

#include <gmock/gmock.h>

namespace sotto::signaling {
namespace {

using testing::HasSubstr;

ServerKeyHash example_pin() {
  ServerKeyHash pin;
  for (size_t i = 0; i < pin.size(); ++i) pin[i] = static_cast<uint8_t>(i * 37);
  return pin;
}

std::string problem_of(std::string_view text) {
  const Result<ServerAddress> address = parse_server_address(text);
  if (address) return "none";
  EXPECT_EQ(address.error().code, ErrorCode::kInvalidArgument);
  return address.error().message;
}

TEST(ServerAddress, IsANameWithTheDefaultPort) {
  const ServerAddress address = parse_server_address("Sotto.Example").value();

  EXPECT_EQ(address.host, "sotto.example");
  EXPECT_EQ(address.port, 7443);
  EXPECT_FALSE(address.pin);
}

TEST(ServerAddress, IsANameAndAPort) {
  EXPECT_EQ(parse_server_address("my-host_2.lan:443").value(), (ServerAddress{"my-host_2.lan", 443, std::nullopt}));
}

TEST(ServerAddress, IsAnIpAddress) {
  EXPECT_EQ(parse_server_address("192.0.2.1:1").value(), (ServerAddress{"192.0.2.1", 1, std::nullopt}));
  EXPECT_EQ(parse_server_address("[2001:DB8::1]").value(), (ServerAddress{"2001:db8::1", 7443, std::nullopt}));
  EXPECT_EQ(parse_server_address("[::1]:65535").value(), (ServerAddress{"::1", 65535, std::nullopt}));
}

TEST(ServerAddress, CarriesAPin) {
  const std::string pin = pin_to_string(example_pin());
  ASSERT_EQ(pin.size(), 43);

  EXPECT_EQ(parse_server_address("host#" + pin).value(), (ServerAddress{"host", 7443, example_pin()}));
  EXPECT_EQ(parse_server_address("[::1]:5#" + pin).value(), (ServerAddress{"::1", 5, example_pin()}));
}

TEST(ServerAddress, IsWrittenAsItIsRead) {
  for (const ServerAddress& address :
       {ServerAddress{"a", 1, std::nullopt}, ServerAddress{"::1", 7443, example_pin()}}) {
    EXPECT_EQ(parse_server_address(to_string(address)).value(), address);
  }
}

TEST(ServerAddress, SaysWhatIsWrong) {
  EXPECT_THAT(problem_of(""), HasSubstr("host is missing"));
  EXPECT_THAT(problem_of(":7443"), HasSubstr("host is missing"));
  EXPECT_THAT(problem_of("2001:db8::1"), HasSubstr("brackets"));
  EXPECT_THAT(problem_of("[2001:db8::1"), HasSubstr("']'"));
  EXPECT_THAT(problem_of("[host]"), HasSubstr("IPv6"));
  EXPECT_THAT(problem_of("300.0.2.1"), HasSubstr("IPv4"));
  EXPECT_THAT(problem_of("hö.example"), HasSubstr("xn--"));
  EXPECT_THAT(problem_of("a..b"), HasSubstr("may have"));
  EXPECT_THAT(problem_of("-a"), HasSubstr("may have"));
  EXPECT_THAT(problem_of("https://a"), HasSubstr("https://"));
  EXPECT_THAT(problem_of("a b"), HasSubstr("may have"));
  EXPECT_THAT(problem_of(std::string(64, 'a')), HasSubstr("may have"));
  EXPECT_THAT(problem_of("a:" + std::string(600, '1')), HasSubstr("too long"));
  for (const char* port : {"a:", "a:0", "a:65536", "a:-1", "a:+1", "a: 1", "a:1x", "[::1]7443"}) {
    EXPECT_THAT(problem_of(port), HasSubstr("port")) << port;
  }
}

TEST(ServerAddress, RefusesAPinThatIsNotWhole) {
  const std::string pin = pin_to_string(example_pin());

  for (const std::string& bad : {std::string(), pin.substr(1), pin + "A", "!" + pin.substr(1), pin + "="}) {
    EXPECT_THAT(problem_of("host#" + bad), HasSubstr("pin")) << bad;
  }
}

TEST(ProxyAddress, IsASchemeAHostAndAPort) {
  const ProxyAddress http = parse_proxy_address("http://proxy.example:3128").value();
  const ProxyAddress socks = parse_proxy_address("SOCKS5://[::1]:1080/").value();

  EXPECT_EQ(http.kind, ProxyAddress::Kind::kHttpConnect);
  EXPECT_EQ(http.host, "proxy.example");
  EXPECT_EQ(http.port, 3128);
  EXPECT_EQ(http.username, "");
  EXPECT_EQ(socks.kind, ProxyAddress::Kind::kSocks5);
  EXPECT_EQ(socks.host, "::1");
}

TEST(ProxyAddress, CarriesAUserAndAPasswordWithAnyCharacter) {
  const ProxyAddress proxy = parse_proxy_address("socks5://us%3Aer:p@ss%25:%40@proxy:1").value();

  EXPECT_EQ(proxy.username, "us:er");
  EXPECT_EQ(proxy.password, "p@ss%:@");
}

TEST(ProxyAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "proxy:3128", "https://proxy:1", "http://proxy", "http://:1", "http://@proxy:1",
                           "http://%zz@proxy:1", "http://a%2@proxy:1", "http://a%3Ab:c@proxy:1", "http://proxy:1/x"}) {
    const Result<ProxyAddress> proxy = parse_proxy_address(text);
    ASSERT_FALSE(proxy.ok()) << text;
    EXPECT_EQ(proxy.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sotto::signaling
