#include "engine/relay_uri.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

using Kind = IceServer::Kind;

void expect_server(std::string_view uri, Kind kind, std::string_view address, uint16_t port) {
  const auto server = parse_relay_uri(uri);
  ASSERT_TRUE(server.ok()) << uri << ": " << server.error().message;
  EXPECT_EQ(server->kind, kind) << uri;
  EXPECT_EQ(server->address, address) << uri;
  EXPECT_EQ(server->port, port) << uri;
}

TEST(RelayUri, ReadsTheFormsOfRfc7064And7065) {
  expect_server("turn:192.0.2.1", Kind::kTurnUdp, "192.0.2.1", 3478);
  expect_server("turn:192.0.2.1:5000", Kind::kTurnUdp, "192.0.2.1", 5000);
  expect_server("turn:192.0.2.1:5000?transport=udp", Kind::kTurnUdp, "192.0.2.1", 5000);
  expect_server("turn:192.0.2.1?transport=tcp", Kind::kTurnTcp, "192.0.2.1", 3478);
  expect_server("turn:[2001:db8::1]:443?transport=tcp", Kind::kTurnTcp, "2001:db8::1", 443);
  expect_server("stun:192.0.2.1", Kind::kStun, "192.0.2.1", 3478);
  expect_server("stun:[2001:db8::1]", Kind::kStun, "2001:db8::1", 3478);
  expect_server("turn:relay.example.org:5000", Kind::kTurnUdp, "relay.example.org", 5000);
  expect_server("stun:relay-1.example.org", Kind::kStun, "relay-1.example.org", 3478);
}

TEST(RelayUri, RefusesWhatIsNone) {
  for (const std::string_view uri : {"",
                                     "turn",
                                     "turn:",
                                     "turn:?transport=udp",
                                     "http://192.0.2.1",
                                     "turn:192.0.2.1:",
                                     "turn:192.0.2.1:0",
                                     "turn:192.0.2.1:65536",
                                     "turn:192.0.2.1:12x",
                                     "turn:[2001:db8::1",
                                     "turn:[]",
                                     "turn:[2001:db8::1]443",
                                     "turn:192.0.2.1?transport=sctp",
                                     "stun:192.0.2.1?transport=udp",
                                     "turn:no name",
                                     "turn:a..b",
                                     "turn:192.0.2.256",
                                     "turn:[relay.example.org]",
                                     "turn:[192.0.2.1]",
                                     "turn:-a"}) {
    const auto server = parse_relay_uri(uri);
    ASSERT_FALSE(server.ok()) << uri;
    EXPECT_EQ(server.error().code, ErrorCode::kMalformed) << uri;
  }
}

TEST(RelayUri, SaysThatItTakesNoTls) {
  for (const std::string_view uri : {"turns:192.0.2.1", "stuns:192.0.2.1"}) {
    const auto server = parse_relay_uri(uri);
    ASSERT_FALSE(server.ok()) << uri;
    EXPECT_EQ(server.error().code, ErrorCode::kRefused) << uri;
  }
}

TEST(RelayUri, ListLeavesOutWhatCannotBeUsed) {
  const auto servers = usable_relays({{"turns:relay.example.org", "u", "p"}, {"turn:192.0.2.1", "user", "word"}});
  ASSERT_EQ(servers.size(), 1u);
  EXPECT_EQ(servers[0].username, "user");
  EXPECT_EQ(servers[0].password, "word");
  EXPECT_EQ(usable_relays(std::vector<signaling::RelayServer>(100, {"stun:192.0.2.1", {}, {}})).size(), 8u);
}

}  // namespace
}  // namespace sotto::engine
