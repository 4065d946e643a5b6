#include <gmock/gmock.h>

#include "tests/unit/dtls/dtls_pair.hpp"

namespace sotto::transport {
namespace {

class DtlsChannel : public ::testing::Test {
 protected:
  DtlsChannel() {
    pair_.connect();
    EXPECT_TRUE(pair_.connected());
  }

  /// What the client's next message looks like on the wire.
  Bytes sealed(std::string_view message) {
    EXPECT_TRUE(pair_.client.send(as_bytes(message)));
    auto datagram = pair_.client.poll_datagram();
    EXPECT_TRUE(datagram);
    return *datagram;
  }

  std::optional<std::string> received() {
    const auto message = pair_.server.poll_message();
    if (!message) return std::nullopt;
    return std::string(message->begin(), message->end());
  }

  DtlsPair pair_;
};

TEST_F(DtlsChannel, CarriesMessagesBothWays) {
  ASSERT_TRUE(pair_.client.send(as_bytes("ring")));
  ASSERT_TRUE(pair_.client.send(as_bytes("again")));
  ASSERT_TRUE(pair_.server.send(as_bytes("accept")));
  pair_.exchange();
  EXPECT_EQ(received(), "ring");
  EXPECT_EQ(received(), "again");
  EXPECT_EQ(received(), std::nullopt);
  EXPECT_TRUE(pair_.client.poll_message());
}

TEST_F(DtlsChannel, CarriesTheLargestMessageInOneDatagram) {
  pair_.sizes.clear();
  ASSERT_TRUE(pair_.client.send(Bytes(DtlsSession::kMaxMessageSize, 7)));
  pair_.exchange();
  EXPECT_THAT(pair_.sizes, ::testing::ElementsAre(DtlsSession::kMaxMessageSize + 37));
  EXPECT_TRUE(pair_.server.poll_message());
}

TEST_F(DtlsChannel, TakesNoMessageThatIsEmptyOrTooLong) {
  EXPECT_FALSE(pair_.client.send({}));
  EXPECT_FALSE(pair_.client.send(Bytes(DtlsSession::kMaxMessageSize + 1)));
}

TEST_F(DtlsChannel, DeliversARepeatedRecordOnce) {
  const Bytes record = sealed("once");
  pair_.server.on_datagram(record, pair_.now);
  pair_.server.on_datagram(record, pair_.now);
  EXPECT_EQ(received(), "once");
  EXPECT_EQ(received(), std::nullopt);
}

TEST_F(DtlsChannel, IsNotDisturbedByAnyChangedBit) {
  const Bytes record = sealed("intact");
  for (size_t bit = 0; bit < record.size() * 8; ++bit) {
    Bytes changed = record;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1u << bit % 8));
    pair_.server.on_datagram(changed, pair_.now);
    ASSERT_EQ(pair_.server.state(), DtlsState::kConnected) << "bit " << bit;
    ASSERT_EQ(received(), std::nullopt) << "bit " << bit;
  }
  pair_.server.on_datagram(record, pair_.now);
  EXPECT_EQ(received(), "intact");
}

TEST_F(DtlsChannel, IsNotEndedByWhatAnybodyCanSend) {
  const std::vector<Bytes> strays{
      {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 77, 0, 2, 2, 40},  // fatal alert in the clear
      {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 78, 0, 2, 1, 0},   // close_notify in the clear
      {21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2, 2, 40},   // the same, pretending to be encrypted
      {20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 79, 0, 1, 1},      // change cipher spec
      {22, 0xfe, 0xfd, 0, 2, 0, 0, 0, 0, 0, 1, 0, 3, 1, 2, 3},
      {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0},
  };
  for (int i = 0; i < 1000; ++i) {
    for (const Bytes& stray : strays) pair_.server.on_datagram(stray, pair_.now);
  }
  EXPECT_EQ(pair_.server.state(), DtlsState::kConnected);
  pair_.server.on_datagram(sealed("still here"), pair_.now);
  EXPECT_EQ(received(), "still here");
}

TEST_F(DtlsChannel, IsNotEndedByAStrayClientHello) {
  DtlsPair stranger;
  stranger.client.start(stranger.now);
  const auto hello = stranger.client.poll_datagram();
  ASSERT_TRUE(hello);
  pair_.server.on_datagram(*hello, pair_.now);
  EXPECT_EQ(pair_.server.state(), DtlsState::kConnected);
  EXPECT_FALSE(pair_.server.poll_datagram());
  pair_.server.on_datagram(sealed("still here"), pair_.now);
  EXPECT_EQ(received(), "still here");
}

TEST_F(DtlsChannel, KeepsABoundedNumberOfMessagesThatNobodyFetches) {
  for (int i = 0; i < 200; ++i) pair_.server.on_datagram(sealed("flood"), pair_.now);
  int count = 0;
  while (received()) ++count;
  EXPECT_EQ(count, 64);
  EXPECT_EQ(pair_.server.counters().messages_dropped, 136u);
}

TEST_F(DtlsChannel, EndsWhenThePeerClosesIt) {
  pair_.client.close();
  pair_.exchange();
  EXPECT_EQ(pair_.server.state(), DtlsState::kClosed);
  EXPECT_EQ(pair_.client.state(), DtlsState::kClosed);
  EXPECT_FALSE(pair_.client.send(as_bytes("late")));
}

TEST_F(DtlsChannel, DeliversAMessageThatOvertakesTheEndOfTheHandshake) {
  DtlsPair pair;
  pair.start();
  std::vector<Bytes> late;
  pair.exchange([&](Flying& flying) {
    const bool last_flight = flying.from == DtlsRole::kServer && pair.server.state() == DtlsState::kConnected;
    if (last_flight) late.push_back(flying.bytes);
    return !last_flight;
  });
  ASSERT_EQ(pair.server.state(), DtlsState::kConnected);
  ASSERT_TRUE(pair.server.send(as_bytes("eager")));
  const auto eager = pair.server.poll_datagram();
  ASSERT_TRUE(eager);
  pair.client.on_datagram(*eager, pair.now);
  for (const Bytes& datagram : late) pair.client.on_datagram(datagram, pair.now);
  ASSERT_EQ(pair.client.state(), DtlsState::kConnected);
  EXPECT_TRUE(pair.client.poll_message());
}

}  // namespace
}  // namespace sotto::transport
