#include "transport/secure_channel.hpp"

#include <gmock/gmock.h>

#include "transport/srtp/srtp_session.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAreArray;

const std::shared_ptr<const DtlsCertificate>& certificate_of(DtlsRole role) {
  static const auto client = std::make_shared<const DtlsCertificate>(DtlsCertificate::create().value());
  static const auto server = std::make_shared<const DtlsCertificate>(DtlsCertificate::create().value());
  return role == DtlsRole::kClient ? client : server;
}

SecureChannelOptions options(DtlsRole role, uint8_t noise_secret = 1) {
  SecureChannelOptions options{.role = role, .certificate = certificate_of(role)};
  options.media_keys.noise_secret.mutable_view()[0] = noise_secret;
  options.media_keys.suite = 1;
  return options;
}

class SecureChannelTest : public ::testing::Test {
 protected:
  void introduce() {
    client_.set_peer_fingerprint(certificate_of(DtlsRole::kServer)->fingerprint(), now_);
    server_.set_peer_fingerprint(certificate_of(DtlsRole::kClient)->fingerprint(), now_);
  }
  void open_path() {
    client_.on_path_writable(now_);
    server_.on_path_writable(now_);
  }
  void exchange() {
    for (bool moved = true; moved;) {
      moved = false;
      while (auto datagram = client_.poll_datagram()) {
        server_.on_dtls_datagram(*datagram, now_);
        moved = true;
      }
      while (auto datagram = server_.poll_datagram()) {
        client_.on_dtls_datagram(*datagram, now_);
        moved = true;
      }
    }
  }

  const Timestamp now_{1h};
  SecureChannel client_{options(DtlsRole::kClient)};
  SecureChannel server_{options(DtlsRole::kServer)};
};

TEST_F(SecureChannelTest, StartsWhenThePathIsWritableAndThePeerKnown) {
  introduce();
  EXPECT_FALSE(client_.poll_datagram());
  client_.on_path_writable(now_);
  EXPECT_EQ(client_.state(), DtlsState::kHandshaking);
  EXPECT_TRUE(client_.poll_datagram());
}

TEST_F(SecureChannelTest, WaitsForTheFingerprintOnAWritablePath) {
  open_path();
  EXPECT_EQ(client_.state(), DtlsState::kNew);
  EXPECT_FALSE(client_.poll_datagram());
  EXPECT_EQ(client_.next_deadline(), std::nullopt);
  introduce();
  exchange();
  EXPECT_EQ(client_.state(), DtlsState::kConnected);
}

TEST_F(SecureChannelTest, KeepsAClientHelloThatOvertakesTheSignalling) {
  client_.set_peer_fingerprint(certificate_of(DtlsRole::kServer)->fingerprint(), now_);
  open_path();
  exchange();  // the server does not know yet whom to expect
  EXPECT_EQ(server_.state(), DtlsState::kNew);
  server_.set_peer_fingerprint(certificate_of(DtlsRole::kClient)->fingerprint(), now_);
  exchange();  // without any repetition
  EXPECT_EQ(client_.state(), DtlsState::kConnected);
  EXPECT_EQ(server_.state(), DtlsState::kConnected);
}

TEST_F(SecureChannelTest, KeepsAClientHelloThatArrivesBeforeItsOwnPathIsWritable) {
  introduce();
  client_.on_path_writable(now_);
  exchange();
  server_.on_path_writable(now_);
  exchange();
  EXPECT_EQ(server_.state(), DtlsState::kConnected);
}

TEST_F(SecureChannelTest, HoldsABoundedAmountOfEarlyDatagrams) {
  introduce();
  client_.on_path_writable(now_);
  const auto hello = client_.poll_datagram();
  ASSERT_TRUE(hello);
  for (int i = 0; i < 1000; ++i) server_.on_dtls_datagram(Bytes(1200, 22), now_);
  server_.on_dtls_datagram(*hello, now_);  // beyond what is held
  server_.on_path_writable(now_);
  EXPECT_FALSE(server_.poll_datagram());
  EXPECT_EQ(server_.state(), DtlsState::kHandshaking);
}

TEST_F(SecureChannelTest, NeverChangesWhomItExpects) {
  introduce();
  client_.set_peer_fingerprint(Sha256Digest{}, now_);
  open_path();
  exchange();
  EXPECT_EQ(client_.state(), DtlsState::kConnected);
}

TEST_F(SecureChannelTest, HandsOutTheMediaKeysOnceAndTheSameToBoth) {
  introduce();
  EXPECT_FALSE(client_.take_secured_media());
  open_path();
  exchange();
  const auto of_client = client_.take_secured_media();
  const auto of_server = server_.take_secured_media();
  ASSERT_TRUE(of_client);
  ASSERT_TRUE(of_server);
  EXPECT_THAT(of_client->keys.material().view(), ElementsAreArray(of_server->keys.material().view()));
  EXPECT_EQ(of_client->own_confirmation, of_server->expected_confirmation);
  EXPECT_EQ(of_client->expected_confirmation, of_server->own_confirmation);
  EXPECT_NE(of_client->own_confirmation, of_client->expected_confirmation);
  EXPECT_EQ(of_client->srtp_profile, "SRTP_AEAD_AES_256_GCM");
  EXPECT_FALSE(client_.take_secured_media());
}

TEST_F(SecureChannelTest, GivesKeysThatOpenThePeersMedia) {
  introduce();
  open_path();
  exchange();
  auto of_client = client_.take_secured_media();
  auto of_server = server_.take_secured_media();
  ASSERT_TRUE(of_client && of_server);
  auto sender = SrtpSession::create(std::move(of_client->keys), of_client->role);
  auto receiver = SrtpSession::create(std::move(of_server->keys), of_server->role);
  ASSERT_TRUE(sender && receiver);
  PacketBuffer packet;
  packet.append_bytes(Bytes{0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 'h', 'i'});
  ASSERT_TRUE(sender->protect_rtp(packet));
  EXPECT_TRUE(receiver->unprotect_rtp(packet));
}

TEST(SecureChannel, GivesOtherKeysWhereTheNoiseSecretsDiffer) {
  const Timestamp now{1h};
  SecureChannel client(options(DtlsRole::kClient, 1));
  SecureChannel server(options(DtlsRole::kServer, 2));
  client.set_peer_fingerprint(certificate_of(DtlsRole::kServer)->fingerprint(), now);
  server.set_peer_fingerprint(certificate_of(DtlsRole::kClient)->fingerprint(), now);
  client.on_path_writable(now);
  server.on_path_writable(now);
  for (int i = 0; i < 4; ++i) {
    while (auto datagram = client.poll_datagram()) server.on_dtls_datagram(*datagram, now);
    while (auto datagram = server.poll_datagram()) client.on_dtls_datagram(*datagram, now);
  }
  const auto of_client = client.take_secured_media();
  const auto of_server = server.take_secured_media();
  ASSERT_TRUE(of_client && of_server);
  EXPECT_FALSE(equal_constant_time(of_client->keys.material().view(), of_server->keys.material().view()));
}

TEST_F(SecureChannelTest, CarriesMessagesOnceConnected) {
  introduce();
  EXPECT_FALSE(client_.send_message(as_bytes("too early")));
  open_path();
  exchange();
  ASSERT_TRUE(client_.send_message(as_bytes("accept")));
  exchange();
  const auto message = server_.poll_message();
  ASSERT_TRUE(message);
  EXPECT_THAT(*message, ElementsAreArray(as_bytes("accept")));
}

TEST_F(SecureChannelTest, DoesNotStartOnceClosed) {
  introduce();
  client_.close();
  client_.on_path_writable(now_);
  EXPECT_EQ(client_.state(), DtlsState::kClosed);
  EXPECT_FALSE(client_.poll_datagram());
}

}  // namespace
}  // namespace sotto::transport
