#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <array>
#include <set>

#include "base/packet_buffer.hpp"
#include "tests/unit/dtls/dtls_pair.hpp"
#include "transport/dtls/client_hello.hpp"
#include "transport/dtls/dtls_session.hpp"

namespace sotto::transport {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::Le;
using ::testing::SizeIs;

TEST(DtlsCertificate, IsAnotherOneEachTime) {
  EXPECT_NE(new_certificate()->fingerprint(), new_certificate()->fingerprint());
}

TEST(DtlsHandshake, TakesTwoRoundTripsAndFourDatagrams) {
  DtlsPair pair;
  pair.connect();
  ASSERT_TRUE(pair.connected());
  EXPECT_THAT(pair.sizes, SizeIs(4));
  EXPECT_THAT(pair.sizes, Each(Le(kMaxDatagramSize)));
}

TEST(DtlsHandshake, NegotiatesTheOneSuiteOfSotto) {
  DtlsPair pair;
  pair.connect();
  for (const DtlsRole role : {DtlsRole::kClient, DtlsRole::kServer}) {
    const DtlsParameters& parameters = pair.end(role).parameters();
    EXPECT_EQ(parameters.version, "DTLSv1.2");
    EXPECT_EQ(parameters.cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
    EXPECT_EQ(parameters.srtp_profile, "SRTP_AEAD_AES_256_GCM");
    EXPECT_EQ(parameters.srtp_profile_id, 8);
  }
}

TEST(DtlsHandshake, GivesBothSidesTheSameKeysAndEachAssociationItsOwn) {
  std::set<Bytes> all;
  for (int i = 0; i < 2; ++i) {
    DtlsPair pair;
    pair.connect();
    const auto client_keys = pair.client.export_srtp_keys();
    const auto server_keys = pair.server.export_srtp_keys();
    ASSERT_TRUE(client_keys);
    ASSERT_TRUE(server_keys);
    EXPECT_THAT(client_keys->view(), ElementsAreArray(server_keys->view()));
    all.insert(Bytes(client_keys->view().begin(), client_keys->view().end()));
  }
  EXPECT_EQ(all.size(), 2u);
}

TEST(DtlsHandshake, ExportsNothingBeforeItIsDone) {
  DtlsPair pair;
  pair.start();
  EXPECT_FALSE(pair.client.export_srtp_keys());
  EXPECT_FALSE(pair.client.send(as_bytes("too early")));
}

TEST(DtlsHandshake, FailsWithANamedReasonIfThePeersCertificateIsAnother) {
  const auto expected = new_certificate();
  DtlsSession client(
      {.role = DtlsRole::kClient, .certificate = new_certificate(), .peer_fingerprint = expected->fingerprint()});
  DtlsPair pair;  // its server has a certificate that `client` does not expect
  pair.server.start(pair.now);
  client.start(pair.now);
  for (int i = 0; i < 4; ++i) {
    while (auto datagram = client.poll_datagram()) pair.server.on_datagram(*datagram, pair.now);
    while (auto datagram = pair.server.poll_datagram()) client.on_datagram(*datagram, pair.now);
  }
  ASSERT_EQ(client.state(), DtlsState::kFailed);
  EXPECT_EQ(client.failure().code, ErrorCode::kRefused);
  EXPECT_THAT(client.failure().message, ::testing::HasSubstr("certificate"));
  EXPECT_EQ(client.next_deadline(), std::nullopt);
  // The client's alert is in the clear: the server cannot know who wrote it.
  EXPECT_EQ(pair.server.state(), DtlsState::kHandshaking);
}

TEST(DtlsHandshake, FailsIfTheClientsCertificateIsAnother) {
  const auto client_certificate = new_certificate();
  const auto server_certificate = new_certificate();
  DtlsSession client({.role = DtlsRole::kClient,
                      .certificate = client_certificate,
                      .peer_fingerprint = server_certificate->fingerprint()});
  DtlsSession server({.role = DtlsRole::kServer,
                      .certificate = server_certificate,
                      .peer_fingerprint = new_certificate()->fingerprint()});
  const Timestamp now{1h};
  client.start(now);
  server.start(now);
  for (int i = 0; i < 4; ++i) {
    while (auto datagram = client.poll_datagram()) server.on_datagram(*datagram, now);
    while (auto datagram = server.poll_datagram()) client.on_datagram(*datagram, now);
  }
  EXPECT_EQ(server.state(), DtlsState::kFailed);
  EXPECT_EQ(server.failure().code, ErrorCode::kRefused);
  EXPECT_EQ(client.state(), DtlsState::kHandshaking);
}

/// A peer that differs from sotto in one respect.
struct WeakPeer {
  const char* name;
  void (*weaken)(SSL_CTX*);
};

class DtlsHandshakeWith : public ::testing::TestWithParam<WeakPeer> {};

TEST_P(DtlsHandshakeWith, IsRefused) {
  for (const DtlsRole weak_role : {DtlsRole::kClient, DtlsRole::kServer}) {
    const auto weak = new_certificate();
    GetParam().weaken(weak->context());
    const auto strong = new_certificate();
    DtlsPair pair = weak_role == DtlsRole::kClient ? DtlsPair(weak, strong) : DtlsPair(strong, weak);
    pair.connect();
    while (!pair.connected() && pair.wait()) pair.exchange();
    EXPECT_EQ(pair.end(peer_of(weak_role)).state(), DtlsState::kFailed);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Peers, DtlsHandshakeWith,
    ::testing::Values(
        WeakPeer{"NoExtendedMasterSecret",
                 [](SSL_CTX* context) { SSL_CTX_set_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET); }},
        WeakPeer{"AnotherSrtpProfile",
                 [](SSL_CTX* context) { SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AES128_CM_SHA1_80"); }},
        WeakPeer{"AnotherCipher",
                 [](SSL_CTX* context) { SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256"); }},
        WeakPeer{"NoCertificate",
                 [](SSL_CTX* context) {
                   const auto forget = [](SSL* ssl, void*) {
                     SSL_certs_clear(ssl);
                     return 1;
                   };
                   SSL_CTX_set_cert_cb(context, forget, nullptr);
                 }}),
    [](const auto& peer) { return std::string(peer.param.name); });

/// Parts a datagram of one handshake record into records of at most `size` bytes of the message each (RFC 6347 4.2.3).
std::vector<Bytes> fragment(ByteView datagram, size_t size) {
  ByteReader reader(datagram);
  const ByteView type_and_version = reader.take(3);
  reader.skip(2 + 6 + 2);
  const ByteView message_type = reader.take(1);
  const uint32_t length = reader.u24();
  const uint16_t message_number = reader.u16();
  reader.skip(3 + 3);
  const ByteView message = reader.take(length);
  EXPECT_TRUE(reader.ok() && reader.at_end());

  std::vector<Bytes> fragments;
  for (size_t offset = 0; offset < message.size(); offset += size) {
    const ByteView part = message.subspan(offset, std::min(size, message.size() - offset));
    Bytes bytes(13 + 12 + part.size());
    ByteWriter writer(bytes);
    writer.bytes(type_and_version);
    writer.u16(0);  // epoch
    writer.u32(0);
    // Record numbers that the client itself does not get to, or its next ones would pass for repetitions.
    writer.u16(static_cast<uint16_t>(40 + fragments.size()));
    writer.u16(static_cast<uint16_t>(12 + part.size()));
    writer.bytes(message_type);
    writer.u24(length);
    writer.u16(message_number);
    writer.u24(static_cast<uint32_t>(offset));
    writer.u24(static_cast<uint32_t>(part.size()));
    writer.bytes(part);
    EXPECT_TRUE(writer.ok());
    fragments.push_back(std::move(bytes));
  }
  return fragments;
}

TEST(DtlsHandshake, TakesAClientHelloInSeveralDatagramsInAnyOrder) {
  DtlsPair pair;
  pair.start();
  const auto hello = pair.client.poll_datagram();
  ASSERT_TRUE(hello);
  std::vector<Bytes> fragments = fragment(*hello, 30);
  ASSERT_GT(fragments.size(), 2u);
  std::reverse(fragments.begin(), fragments.end());
  for (const Bytes& datagram : fragments) pair.server.on_datagram(datagram, pair.now);
  pair.exchange();
  EXPECT_TRUE(pair.connected());
}

TEST(DtlsHandshake, IgnoresApplicationDataInTheClear) {
  const Bytes clear{23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 3, 'h', 'i', '!'};
  DtlsPair pair;
  pair.start();
  pair.client.on_datagram(clear, pair.now);
  pair.server.on_datagram(clear, pair.now);
  pair.exchange();
  ASSERT_TRUE(pair.connected());
  pair.client.on_datagram(clear, pair.now);
  pair.server.on_datagram(clear, pair.now);
  EXPECT_FALSE(pair.client.poll_message());
  EXPECT_FALSE(pair.server.poll_message());
  EXPECT_TRUE(pair.connected());
}

TEST(DtlsHandshake, IsNotEndedByAnAlertInTheClearAtAnyStage) {
  const std::vector<Bytes> alerts{
      {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, 40},                         // fatal: handshake failure
      {21, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 98, 0, 2, 1, 0},                          // close_notify
      {21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 97, 0, 2, 2, 40},                         // as if it were encrypted
      {24, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 96, 0, 3, 1, 0, 0},                       // no type that we know
      {22, 0x03, 0x03, 0, 0, 0, 0, 0, 0, 0, 95, 0, 4, 1, 0, 0, 0},                    // TLS, not DTLS
      {22, 0xfe, 0xfd, 0, 7, 0, 0, 0, 0, 0, 94, 0, 4, 1, 0, 0, 0},                    // an epoch that never comes
      {22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 93, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0},  // cut off
  };
  DtlsPair pair;
  const auto forge = [&] {
    for (const Bytes& alert : alerts) {
      pair.client.on_datagram(alert, pair.now);
      pair.server.on_datagram(alert, pair.now);
    }
  };
  pair.start();
  forge();
  pair.exchange([&](Flying&) {
    forge();
    return true;
  });
  forge();
  EXPECT_TRUE(pair.connected());
}

TEST(DtlsHandshake, DoesNotCountWhatIsNoDtlsRecord) {
  DtlsPair pair;
  pair.start();
  for (int i = 0; i < 200; ++i) {
    for (int first = 20; first < 64; ++first) {
      pair.server.on_datagram(Bytes(1200, static_cast<uint8_t>(first)), pair.now);
      pair.client.on_datagram(Bytes(1200, static_cast<uint8_t>(first)), pair.now);
    }
  }
  EXPECT_EQ(pair.server.counters().bytes_received, 0u);
  pair.exchange();
  EXPECT_TRUE(pair.connected());
}

TEST(ClientHelloRandom, IsTheSameInARepetitionAndAnotherInTheNextAttempt) {
  DtlsPair pair;
  pair.start();
  const auto hello = pair.client.poll_datagram();
  ASSERT_TRUE(pair.wait());
  const auto repetition = pair.client.poll_datagram();
  DtlsPair next;
  next.start();
  const auto another = next.client.poll_datagram();
  ASSERT_TRUE(hello && repetition && another);
  ASSERT_TRUE(client_hello_random(*hello));
  EXPECT_EQ(client_hello_random(*hello), client_hello_random(*repetition));
  EXPECT_NE(client_hello_random(*hello), client_hello_random(*another));
}

TEST(ClientHelloRandom, IsNotReadFromAnythingElse) {
  DtlsPair pair;
  pair.start();
  const auto hello = pair.client.poll_datagram();
  ASSERT_TRUE(hello);
  for (size_t size = 0; size < hello->size(); ++size) EXPECT_FALSE(client_hello_random(ByteView(*hello).first(size)));
  for (const size_t changed : {size_t{0}, size_t{1}, size_t{4}, size_t{13}, size_t{21}}) {
    Bytes other = *hello;
    other[changed] ^= 2;  // record type, version, epoch; message type, fragment offset
    EXPECT_FALSE(client_hello_random(other)) << changed;
  }
  for (const Bytes& datagram : fragment(*hello, 30)) EXPECT_FALSE(client_hello_random(datagram));
}

TEST(DtlsHandshake, EndsWhenThePeerSendsTooMuch) {
  DtlsPair pair;
  pair.server.start(pair.now);
  Bytes endless(1200);
  const Bytes header{22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0x04, 0xa3};
  std::copy(header.begin(), header.end(), endless.begin());
  for (int i = 0; i < 60; ++i) pair.server.on_datagram(endless, pair.now);
  ASSERT_EQ(pair.server.state(), DtlsState::kFailed);
  EXPECT_EQ(pair.server.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace sotto::transport
