#include "tools/serve/serve_settings.hpp"

#include <gtest/gtest.h>

namespace sotto::tools {
namespace {

TEST(ListenAddress, IsAnAddressWithOrWithoutAPort) {
  const auto read = [](std::string_view text) {
    const signaling::ListenAddress address = parse_listen_address(text).value();
    return address.address + " " + std::to_string(address.port);
  };
  EXPECT_EQ(read("127.0.0.1:8000"), "127.0.0.1 8000");
  EXPECT_EQ(read("0.0.0.0"), "0.0.0.0 7443");
  EXPECT_EQ(read("[::]:443"), ":: 443");
  EXPECT_EQ(read("[2001:db8::1]"), "2001:db8::1 7443");
  EXPECT_EQ(read("127.0.0.1:0"), "127.0.0.1 0");
}

TEST(ListenAddress, IsRefusedIfItIsNone) {
  for (const char* text : {"", ":", ":443", "localhost:443", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1:1 ", "[::1", "::1", "::1:443", "[::1]443", "[127.0.0.1:1]"}) {
    EXPECT_FALSE(parse_listen_address(text).ok()) << text;
  }
}

ServeSettings in_a_folder() {
  ServeSettings settings;
  settings.state = "folder";
  return settings;
}

TEST(ServeSettings, NeedNothing) {
  const signaling::ServerOptions options = to_server_options(in_a_folder()).value();
  EXPECT_TRUE(options.listen.empty());
  EXPECT_FALSE(options.key_files);
  EXPECT_EQ(options.registration, signaling::RegistrationMode::kOpen);
}

TEST(ServeSettings, RefuseWhatDoesNotGoTogether) {
  const auto is_refused = [](auto change) {
    ServeSettings settings = in_a_folder();
    change(settings);
    const auto options = to_server_options(settings);
    return !options.ok() && options.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(is_refused([](ServeSettings& settings) { settings.certificate = "a.crt"; }));
  EXPECT_TRUE(is_refused([](ServeSettings& settings) { settings.key = "a.key"; }));
  EXPECT_TRUE(is_refused([](ServeSettings& settings) { settings.registration = "invite"; }));
  EXPECT_TRUE(is_refused([](ServeSettings& settings) { settings.invite_file = "codes"; }));
  EXPECT_TRUE(is_refused([](ServeSettings& settings) { settings.turn_secret_file = "secret"; }));
  EXPECT_TRUE(is_refused([](ServeSettings& settings) { settings.listen = {"localhost"}; }));
  EXPECT_FALSE(is_refused([](ServeSettings& settings) { settings.listen = {"[::]:443", "0.0.0.0:443"}; }));
}

TEST(LikelyHosts, AreTheAddressesThatItListensOn) {
  EXPECT_EQ(likely_hosts({{"127.0.0.1", 1}}), std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(likely_hosts({{"192.0.2.1", 1}, {"2001:db8::1", 1}}),
            (std::vector<std::string>{"192.0.2.1", "2001:db8::1"}));
}

TEST(LikelyHosts, AreThoseOfTheMachineIfItListensOnAll) {
  const std::vector<std::string> hosts = likely_hosts({});
  ASSERT_FALSE(hosts.empty());
  for (const std::string& host : hosts) {
    EXPECT_NE(host, "0.0.0.0");
    EXPECT_NE(host, "::");
  }
}

}  // namespace
}  // namespace sotto::tools
