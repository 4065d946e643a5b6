#include "signaling/link/sign_in.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "tests/unit/link/test_certificate.hpp"

namespace sotto::signaling {
namespace {

/// Two ends of a TLS connection within this process.
class TlsPair {
 public:
  TlsPair(const TestCertificate& certificate, int version) {
    SSL_CTX_set_max_proto_version(context_.get(), version);
    SSL_CTX_use_certificate(context_.get(), certificate.certificate());
    SSL_CTX_use_PrivateKey(context_.get(), certificate.key());
    client_.reset(SSL_new(context_.get()));
    server_.reset(SSL_new(context_.get()));
    BIO* client_side = nullptr;
    BIO* server_side = nullptr;
    BIO_new_bio_pair(&client_side, 0, &server_side, 0);
    SSL_set_bio(client(), client_side, client_side);
    SSL_set_bio(server(), server_side, server_side);
    SSL_set_connect_state(client());
    SSL_set_accept_state(server());
  }

  void shake_hands() {
    for (int flight = 0; flight < 5; ++flight) {
      SSL_do_handshake(client());
      SSL_do_handshake(server());
    }
    ASSERT_TRUE(SSL_is_init_finished(client()) && SSL_is_init_finished(server()));
  }
  SSL* client() { return client_.get(); }
  SSL* server() { return server_.get(); }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_method()), SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> client_{nullptr, SSL_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> server_{nullptr, SSL_free};
};

TEST(SignInClaim, IsItsFieldsInTheirOrder) {
  SignInClaim claim;
  claim.channel.fill(1);
  claim.server_key.fill(2);
  claim.account.bytes.fill(3);
  claim.device.bytes.fill(4);
  claim.nonce.fill(5);
  Bytes expected;
  for (const auto& [value, size] : {std::pair(1, 32), {2, 32}, {3, 32}, {4, 16}, {5, 32}}) {
    expected.insert(expected.end(), static_cast<size_t>(size), static_cast<uint8_t>(value));
  }

  EXPECT_EQ(serialize(claim), expected);
  EXPECT_EQ(kSignInLabel.back(), '\0');
}

TEST(ChannelBinding, IsTheSameAtBothEndsAndAnotherForEachConnection) {
  const TestCertificate certificate;
  TlsPair pair(certificate, TLS1_3_VERSION);
  TlsPair other(certificate, TLS1_3_VERSION);
  pair.shake_hands();
  other.shake_hands();
  ChannelBinding at_client{};
  ChannelBinding at_server{};
  ChannelBinding elsewhere{};

  ASSERT_TRUE(channel_binding_of(pair.client(), at_client));
  ASSERT_TRUE(channel_binding_of(pair.server(), at_server));
  ASSERT_TRUE(channel_binding_of(other.client(), elsewhere));

  EXPECT_EQ(at_client, at_server);
  EXPECT_NE(at_client, elsewhere);
}

TEST(ChannelBinding, IsThereForTls13AloneAndAfterTheHandshake) {
  const TestCertificate certificate;
  TlsPair old(certificate, TLS1_2_VERSION);
  TlsPair early(certificate, TLS1_3_VERSION);
  old.shake_hands();
  ChannelBinding binding;

  EXPECT_FALSE(channel_binding_of(old.client(), binding));
  EXPECT_FALSE(channel_binding_of(early.client(), binding));
}

TEST(ServerKeyHash, IsTheSameAtBothEnds) {
  const TestCertificate certificate;
  TlsPair pair(certificate, TLS1_3_VERSION);
  pair.shake_hands();
  ServerKeyHash at_client{};
  ServerKeyHash at_server{};

  ASSERT_TRUE(server_key_hash_of(pair.client(), false, at_client));
  ASSERT_TRUE(server_key_hash_of(pair.server(), true, at_server));

  EXPECT_EQ(at_client, at_server);
  EXPECT_EQ(at_client, certificate.pin());
  EXPECT_FALSE(server_key_hash_of(pair.server(), false, at_server)) << "the client has shown none";
}

TEST(ServerKeyHash, StaysWhenTheCertificateIsRenewed) {
  const TestCertificate certificate;

  EXPECT_EQ(certificate.renewed().pin(), certificate.pin());
  EXPECT_NE(TestCertificate().pin(), certificate.pin());
}

}  // namespace
}  // namespace sotto::signaling
