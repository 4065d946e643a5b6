#include "signaling/client/proxy_handshake.hpp"

#include <gmock/gmock.h>

namespace sotto::signaling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ServerAddress kServer{"sotto.example", 7443, std::nullopt};

ProxyHandshake http(std::string username = {}, std::string password = {}) {
  return {{ProxyAddress::Kind::kHttpConnect, "proxy", 3128, std::move(username), std::move(password)}, kServer};
}

ProxyHandshake socks(std::string username = {}, std::string password = {}, const ServerAddress& server = kServer) {
  return {{ProxyAddress::Kind::kSocks5, "proxy", 1080, std::move(username), std::move(password)}, server};
}

std::string output_of(ProxyHandshake& handshake) {
  const Bytes output = handshake.take_output();
  return {output.begin(), output.end()};
}

/// What an HTTP proxy's answer leads to.
LinkFailure http_failure(std::string_view answer, std::string username = {}) {
  ProxyHandshake handshake = http(std::move(username));
  handshake.feed(as_bytes(answer));
  EXPECT_FALSE(handshake.done());
  return handshake.failure().value_or(LinkFailure{});
}

Bytes socks_reply(uint8_t code) { return {5, code, 0, 1, 0, 0, 0, 0, 0, 0}; }

/// A SOCKS5 handshake that waits for the answer to its request.
ProxyHandshake asked_socks() {
  ProxyHandshake handshake = socks();
  (void)handshake.take_output();
  handshake.feed(Bytes{5, 0});
  (void)handshake.take_output();
  return handshake;
}

TEST(ProxyHandshake, AsksAnHttpProxyForATunnel) {
  ProxyHandshake handshake = http();

  EXPECT_EQ(output_of(handshake), "CONNECT sotto.example:7443 HTTP/1.1\r\nHost: sotto.example:7443\r\n\r\n");
  handshake.feed(as_bytes("HTTP/1.1 200 Connection established\r\nVia: x\r\n"));
  EXPECT_FALSE(handshake.done());
  handshake.feed(as_bytes("\r\n"));
  EXPECT_TRUE(handshake.done());
}

// The example of RFC 7617 section 2.
TEST(ProxyHandshake, ShowsAnHttpProxyWhoItIs) {
  ProxyHandshake handshake = http("Aladdin", "open sesame");

  EXPECT_THAT(output_of(handshake), HasSubstr("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
}

TEST(ProxyHandshake, SaysWhyAnHttpProxyRefuses) {
  EXPECT_THAT(http_failure("HTTP/1.1 407 x\r\n\r\n").explanation, HasSubstr("wants a user"));
  EXPECT_THAT(http_failure("HTTP/1.1 407 x\r\n\r\n", "me").explanation, HasSubstr("does not accept"));
  EXPECT_THAT(http_failure("HTTP/1.0 403 x\r\n\r\n").explanation, HasSubstr("443"));
  EXPECT_EQ(http_failure("HTTP/1.1 502 x\r\n\r\n").problem, ServerProblem::kRoute);
  EXPECT_THAT(http_failure("HTTP/1.1 500 x\r\n\r\n").explanation, HasSubstr("500"));
  EXPECT_EQ(http_failure("HTTP/1.1 500 x\r\n\r\n").problem, ServerProblem::kProxy);
}

TEST(ProxyHandshake, RefusesWhatIsNoHttpProxy) {
  EXPECT_EQ(http_failure("220 mail.example ESMTP\r\n\r\n").problem, ServerProblem::kProxy);
  EXPECT_EQ(http_failure("HTTP/1.1 2x0 \r\n\r\n").problem, ServerProblem::kProxy);
  EXPECT_EQ(http_failure(std::string(8193, 'x')).problem, ServerProblem::kProxy);
  EXPECT_EQ(http_failure("HTTP/1.1 200 OK\r\n\r\n<html>").problem, ServerProblem::kProxy)
      << "TLS begins with us: nobody else may speak behind the answer";
}

TEST(ProxyHandshake, AsksASocksProxyForATunnelByName) {
  ProxyHandshake handshake = socks();
  EXPECT_THAT(handshake.take_output(), ElementsAre(5, 1, 0));

  handshake.feed(Bytes{5, 0});

  Bytes expected{5, 1, 0, 3, 13};
  append(expected, as_bytes("sotto.example"));
  append(expected, Bytes{0x1d, 0x13});
  EXPECT_EQ(handshake.take_output(), expected);
  handshake.feed(socks_reply(0));
  EXPECT_TRUE(handshake.done());
}

TEST(ProxyHandshake, AsksASocksProxyForAnAddress) {
  ProxyHandshake ipv4 = socks({}, {}, {"192.0.2.1", 1, std::nullopt});
  ProxyHandshake ipv6 = socks({}, {}, {"2001:db8::1", 1, std::nullopt});
  for (ProxyHandshake* handshake : {&ipv4, &ipv6}) {
    (void)handshake->take_output();
    handshake->feed(Bytes{5, 0});
  }

  EXPECT_THAT(ipv4.take_output(), ElementsAre(5, 1, 0, 1, 192, 0, 2, 1, 0, 1));
  EXPECT_THAT(ipv6.take_output(),
              ElementsAre(5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1));
}

TEST(ProxyHandshake, ShowsASocksProxyWhoItIs) {
  ProxyHandshake handshake = socks("me", "pw");
  EXPECT_THAT(handshake.take_output(), ElementsAre(5, 2, 0, 2));

  handshake.feed(Bytes{5, 2});

  EXPECT_THAT(handshake.take_output(), ElementsAre(1, 2, 'm', 'e', 2, 'p', 'w'));
  handshake.feed(Bytes{1, 0});
  EXPECT_EQ(handshake.take_output().at(1), 1) << "CONNECT";
}

TEST(ProxyHandshake, UnderstandsEachFormOfAReplyHoweverItIsCut) {
  const std::vector<Bytes> replies = {
      socks_reply(0),
      {5, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      {5, 0, 0, 3, 2, 'a', 'b', 0, 0},
      {5, 0, 0, 3, 0, 0, 0},
  };
  for (const Bytes& reply : replies) {
    ProxyHandshake handshake = asked_socks();
    for (size_t i = 0; i < reply.size(); ++i) {
      EXPECT_FALSE(handshake.done());
      handshake.feed(ByteView(reply).subspan(i, 1));
    }
    EXPECT_TRUE(handshake.done()) << reply.size();
  }
}

TEST(ProxyHandshake, SaysWhyASocksProxyRefuses) {
  const auto failure_of = [](uint8_t code) {
    ProxyHandshake handshake = asked_socks();
    handshake.feed(socks_reply(code));
    return handshake.failure().value().problem;
  };
  EXPECT_EQ(failure_of(1), ServerProblem::kProxy);
  EXPECT_EQ(failure_of(2), ServerProblem::kProxy);
  EXPECT_EQ(failure_of(4), ServerProblem::kRoute);
  EXPECT_EQ(failure_of(5), ServerProblem::kPort);
  EXPECT_EQ(failure_of(255), ServerProblem::kProxy);
}

TEST(ProxyHandshake, SaysThatASocksProxyWantsAUserAndAPassword) {
  ProxyHandshake without = socks();
  without.feed(Bytes{5, 0xff});
  EXPECT_THAT(without.failure().value().explanation, HasSubstr("wants a user"));

  ProxyHandshake with_wrong = socks("me", "wrong");
  with_wrong.feed(Bytes{5, 2});
  with_wrong.feed(Bytes{1, 1});
  EXPECT_THAT(with_wrong.failure().value().explanation, HasSubstr("does not accept"));
}

TEST(ProxyHandshake, RefusesWhatIsNoSocksProxy) {
  for (const Bytes& answer : {Bytes{4, 0}, Bytes{5, 0, 0}, Bytes{'H', 'T', 'T', 'P'}}) {
    ProxyHandshake handshake = socks();
    handshake.feed(answer);
    EXPECT_EQ(handshake.failure().value().problem, ServerProblem::kProxy);
  }
  for (const Bytes& reply : {Bytes{4, 0, 0, 1, 0}, Bytes{5, 0, 0, 9, 0}, Bytes{5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 22}}) {
    ProxyHandshake handshake = asked_socks();
    handshake.feed(reply);
    EXPECT_EQ(handshake.failure().value().problem, ServerProblem::kProxy);
  }
}

TEST(ProxyHandshake, RefusesAMethodThatItDidNotOffer) {
  ProxyHandshake handshake = socks();
  handshake.feed(Bytes{5, 2});

  EXPECT_TRUE(handshake.failure());
}

}  // namespace
}  // namespace sotto::signaling
