#include "signaling/server/relay_credentials.hpp"

#include <gtest/gtest.h>

#include <openssl/hmac.h>

#include "signaling/link/base64.hpp"

namespace sotto::signaling {
namespace {

constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'999)};

TEST(RelayIssuer, MakesAUserThatEndsInTenMinutesAndNamesNobody) {
  SeededRandom random(1);
  const RelayIssuer issuer({"turn:192.0.2.1"}, "a secret of coturn");
  const IssuedRelay relay = issuer.issue(kNow, random);
  EXPECT_EQ(relay.username.substr(0, 11), "1700000600:");
  EXPECT_EQ(relay.username.size(), 27u);
  EXPECT_EQ(relay.lifetime, 10min);
  EXPECT_NE(issuer.issue(kNow, random).username, relay.username);
}

// What coturn computes: HMAC-SHA1 over the whole user name, in base64.
TEST(RelayIssuer, MakesThePasswordThatTheRelayExpects) {
  SeededRandom random(1);
  const std::string secret = "north wind and sun";
  const RelayIssuer issuer({"turn:192.0.2.1"}, secret);
  const IssuedRelay relay = issuer.issue(kNow, random);
  std::array<uint8_t, 20> expected{};
  unsigned size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(relay.username.data()), relay.username.size(), expected.data(), &size);
  EXPECT_EQ(relay.password, encode_base64(expected));
}

TEST(RelayIssuer, HasNoUserForStunAlone) {
  SeededRandom random(1);
  const IssuedRelay relay = RelayIssuer({"stun:192.0.2.1"}, "").issue(kNow, random);
  EXPECT_TRUE(relay.username.empty());
  EXPECT_TRUE(relay.password.empty());
}

}  // namespace
}  // namespace sotto::signaling
