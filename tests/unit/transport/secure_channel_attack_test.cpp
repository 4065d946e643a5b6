#include <gmock/gmock.h>

#include <functional>
#include <utility>
#include <vector>

#include "tests/unit/dtls/openssl_clock.hpp"
#include "transport/secure_channel.hpp"

namespace sotto::transport {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const DtlsCertificate> new_certificate() {
  return std::make_shared<const DtlsCertificate>(DtlsCertificate::create().value());
}

/// A forged record in the clear, of `size` bytes behind its header.
Bytes forged_record(uint8_t type, uint8_t number, size_t size, uint8_t filling) {
  Bytes record{
      type, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size)};
  record.resize(record.size() + size, filling);
  return record;
}

const Bytes kFatalAlert{21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, 40};

/// Two channels in virtual time, 20 ms apart, and somebody on the path who can add datagrams and lose them.
class SecureChannelUnderAttack : public ::testing::Test {
 protected:
  SecureChannelUnderAttack() { set_openssl_clock(now_); }

  static SecureChannelOptions options(DtlsRole role, const std::shared_ptr<const DtlsCertificate>& certificate) {
    return {.role = role, .certificate = certificate};
  }

  SecureChannel& end(DtlsRole role) { return role == DtlsRole::kClient ? client_ : server_; }

  void start() {
    client_.set_peer_fingerprint(server_certificate_->fingerprint(), now_);
    server_.set_peer_fingerprint(client_certificate_->fingerprint(), now_);
    server_.on_path_writable(now_);
    client_.on_path_writable(now_);
  }

  /// Lets `duration` pass, or less if both get connected. `on_path` sees each datagram and says whether it arrives.
  void run(Duration duration, const std::function<bool(DtlsRole from, const Bytes&)>& on_path = nullptr) {
    for (const Timestamp end_at = now_ + duration; now_ < end_at && !connected();) {
      now_ += 5ms;
      set_openssl_clock(now_);
      for (const DtlsRole role : {DtlsRole::kClient, DtlsRole::kServer}) {
        SecureChannel& channel = end(role);
        if (channel.next_deadline().value_or(Timestamp::max()) <= now_) channel.on_deadline(now_);
        std::vector<Bytes> flight;
        while (auto datagram = channel.poll_datagram()) flight.push_back(*datagram);
        for (const Bytes& datagram : flight) {
          if (!on_path || on_path(role, datagram)) flying_.push_back({peer_of(role), now_ + 20ms, datagram});
        }
      }
      while (!flying_.empty() && flying_.front().arrival <= now_) {
        const Flying arrived = flying_.front();
        flying_.erase(flying_.begin());
        end(arrived.to).on_dtls_datagram(arrived.bytes, now_);
      }
    }
  }

  bool connected() const {
    return client_.state() == DtlsState::kConnected && server_.state() == DtlsState::kConnected;
  }

  /// The first datagram of a stranger's handshake.
  Bytes strangers_client_hello() const {
    DtlsSession stranger({.role = DtlsRole::kClient, .certificate = new_certificate()});
    stranger.start(now_);
    return stranger.poll_datagram().value();
  }

  /// A stranger's answer to a client's hello.
  std::vector<Bytes> strangers_answer(ByteView hello) const {
    DtlsSession stranger({.role = DtlsRole::kServer, .certificate = new_certificate()});
    stranger.start(now_);
    stranger.on_datagram(hello, now_);
    std::vector<Bytes> flight;
    while (auto datagram = stranger.poll_datagram()) flight.push_back(*datagram);
    EXPECT_FALSE(flight.empty());
    return flight;
  }

  struct Flying {
    DtlsRole to;
    Timestamp arrival;
    Bytes bytes;
  };

  Timestamp now_{1h};
  const std::shared_ptr<const DtlsCertificate> client_certificate_ = new_certificate();
  const std::shared_ptr<const DtlsCertificate> server_certificate_ = new_certificate();
  SecureChannel client_{options(DtlsRole::kClient, client_certificate_)};
  SecureChannel server_{options(DtlsRole::kServer, server_certificate_)};
  std::vector<Flying> flying_;
};

TEST_F(SecureChannelUnderAttack, IgnoresAForgedAlertAtEachStage) {
  start();
  client_.on_dtls_datagram(kFatalAlert, now_);
  server_.on_dtls_datagram(kFatalAlert, now_);
  run(200ms, [&](DtlsRole from, const Bytes&) {
    end(from).on_dtls_datagram(kFatalAlert, now_);
    end(peer_of(from)).on_dtls_datagram(kFatalAlert, now_);
    return true;
  });
  EXPECT_TRUE(connected());
  client_.on_dtls_datagram(kFatalAlert, now_);
  server_.on_dtls_datagram(kFatalAlert, now_);
  EXPECT_TRUE(connected());
}

TEST_F(SecureChannelUnderAttack, ConnectsAfterAForgedClientHelloThatCameFirst) {
  start();
  server_.on_dtls_datagram(strangers_client_hello(), now_);
  run(5s);
  EXPECT_TRUE(connected());
}

TEST_F(SecureChannelUnderAttack, IsNotInterruptedByAForgedClientHelloInTheMiddle) {
  const Timestamp began = now_;
  start();
  run(1s, [&](DtlsRole from, const Bytes&) {
    if (from == DtlsRole::kServer) server_.on_dtls_datagram(strangers_client_hello(), now_);
    return true;
  });
  EXPECT_TRUE(connected());
  EXPECT_LE(now_ - began, 100ms);
}

TEST_F(SecureChannelUnderAttack, AnswersTheGenuineClientWhenAStrangersHandshakeHangs) {
  start();
  server_.on_dtls_datagram(strangers_client_hello(), now_);
  // The path is dead while the server repeats its answer to the stranger, whom it then forgets for the client's hello.
  run(2s, [](DtlsRole, const Bytes&) { return false; });
  run(4s);
  EXPECT_TRUE(connected());
}

TEST_F(SecureChannelUnderAttack, ConnectsAfterAForgedServerHello) {
  start();
  bool forged = false;
  run(5s, [&](DtlsRole from, const Bytes& datagram) {
    if (from == DtlsRole::kServer || std::exchange(forged, true)) return true;
    for (const Bytes& flight : strangers_answer(datagram)) client_.on_dtls_datagram(flight, now_);
    EXPECT_EQ(client_.state(), DtlsState::kHandshaking);
    return true;
  });
  EXPECT_TRUE(forged);
  EXPECT_TRUE(connected());
}

TEST_F(SecureChannelUnderAttack, ConnectsAfterAForgedFlightToTheServer) {
  start();
  bool forged = false;
  // The server's association is gone, which the client notices by the silence.
  run(11s, [&](DtlsRole from, const Bytes&) {
    if (from == DtlsRole::kClient || std::exchange(forged, true)) return true;
    server_.on_dtls_datagram(forged_record(20, 50, 1, 1), now_);
    server_.on_dtls_datagram(forged_record(22, 51, 40, 0xff), now_);
    return true;
  });
  EXPECT_TRUE(forged);
  EXPECT_TRUE(connected());
}

TEST_F(SecureChannelUnderAttack, ConnectsAfterTwoHundredKilobytesOfJunk) {
  start();
  for (size_t sent = 0; sent < 200 * 1024; sent += 1200) {
    const auto first = static_cast<uint8_t>(20 + sent / 1200 % 44);
    for (SecureChannel* channel : {&client_, &server_}) {
      channel->on_dtls_datagram(Bytes(1200, first), now_);
      channel->on_dtls_datagram(forged_record(first, 9, 1187, first), now_);
    }
  }
  EXPECT_EQ(client_.state(), DtlsState::kHandshaking);
  EXPECT_EQ(server_.state(), DtlsState::kHandshaking);
  run(30s);
  EXPECT_TRUE(connected());
}

TEST_F(SecureChannelUnderAttack, GivesBothSidesTheSameKeysAfterStartingOver) {
  start();
  server_.on_dtls_datagram(strangers_client_hello(), now_);
  run(5s);
  const auto of_client = client_.take_secured_media();
  const auto of_server = server_.take_secured_media();
  ASSERT_TRUE(of_client && of_server);
  EXPECT_EQ(of_client->own_confirmation, of_server->expected_confirmation);
}

TEST_F(SecureChannelUnderAttack, LetsNothingInTheClearReachAServerThatHasNoClientHello) {
  start();
  for (int i = 0; i < 1000; ++i) server_.on_dtls_datagram(forged_record(22, 1, 1000, 2), now_);
  EXPECT_FALSE(server_.poll_datagram());
  run(100ms);
  EXPECT_TRUE(connected());
}

TEST_F(SecureChannelUnderAttack, StartsOverAtMostEightTimesAndOnceASecond) {
  const Timestamp began = now_;
  start();
  int hellos = 0;
  while (client_.state() != DtlsState::kFailed && now_ - began < 1min) {
    run(5ms, [&](DtlsRole from, const Bytes&) {
      if (from == DtlsRole::kClient) ++hellos;
      return false;
    });
    client_.on_dtls_datagram(forged_record(22, 3, 40, 0xff), now_);
  }
  ASSERT_EQ(client_.state(), DtlsState::kFailed);
  EXPECT_EQ(client_.failure().code, ErrorCode::kRefused);
  EXPECT_EQ(client_.next_deadline(), std::nullopt);
  EXPECT_EQ(hellos, 9);
  EXPECT_GE(now_ - began, 7s);
  EXPECT_LE(now_ - began, 10s);
}

TEST_F(SecureChannelUnderAttack, EndsWithTheReasonIfTheServerIsReallyAnother) {
  client_.set_peer_fingerprint(new_certificate()->fingerprint(), now_);
  start();
  run(20s);
  ASSERT_EQ(client_.state(), DtlsState::kFailed);
  EXPECT_EQ(client_.failure().code, ErrorCode::kRefused);
  EXPECT_THAT(client_.failure().message, HasSubstr("certificate"));
  EXPECT_FALSE(client_.take_secured_media());
  client_.close();
  EXPECT_EQ(client_.state(), DtlsState::kFailed);
}

TEST_F(SecureChannelUnderAttack, EndsWithTheReasonIfTheClientIsReallyAnother) {
  server_.set_peer_fingerprint(new_certificate()->fingerprint(), now_);
  start();
  run(3min);
  ASSERT_EQ(server_.state(), DtlsState::kFailed);
  EXPECT_EQ(server_.failure().code, ErrorCode::kRefused);
  EXPECT_THAT(server_.failure().message, HasSubstr("certificate"));
  // The client never learned anything that it could believe.
  ASSERT_EQ(client_.state(), DtlsState::kFailed);
  EXPECT_EQ(client_.failure().code, ErrorCode::kTimeout);
}

TEST_F(SecureChannelUnderAttack, EndsWithATimeoutOnADeadPath) {
  start();
  run(10min, [](DtlsRole, const Bytes&) { return false; });
  for (const SecureChannel* channel : {&client_, &server_}) {
    ASSERT_EQ(channel->state(), DtlsState::kFailed);
    EXPECT_EQ(channel->failure().code, ErrorCode::kTimeout);
    EXPECT_EQ(channel->next_deadline(), std::nullopt);
  }
}

TEST_F(SecureChannelUnderAttack, StaysClosedBetweenTwoAttempts) {
  start();
  for (int i = 0; i < 2; ++i) {
    client_.on_dtls_datagram(forged_record(22, 3, 40, 0xff), now_);
    while (client_.poll_datagram()) {
    }
  }
  EXPECT_EQ(client_.state(), DtlsState::kHandshaking);
  ASSERT_EQ(client_.next_deadline(), now_ + 1s);
  client_.close();
  EXPECT_EQ(client_.state(), DtlsState::kClosed);
  EXPECT_EQ(client_.next_deadline(), std::nullopt);
  client_.on_deadline(now_ + 1s);
  EXPECT_EQ(client_.state(), DtlsState::kClosed);
}

class SecureChannelOnADeadPath : public SecureChannelUnderAttack, public ::testing::WithParamInterface<int> {};

TEST_P(SecureChannelOnADeadPath, ConnectsOnceItWorksAgain) {
  start();
  run(std::chrono::seconds(GetParam()), [](DtlsRole, const Bytes&) { return false; });
  EXPECT_FALSE(connected());
  run(5s);
  EXPECT_TRUE(connected());
}

INSTANTIATE_TEST_SUITE_P(ForSeconds, SecureChannelOnADeadPath, ::testing::Values(1, 20, 29, 40, 90));

/// The seed of what gets lost.
class SecureChannelOnALossyPath : public SecureChannelUnderAttack, public ::testing::WithParamInterface<uint64_t> {};

TEST_P(SecureChannelOnALossyPath, ConnectsAfterAStrangerHasMeddledWithItForASecond) {
  uint64_t state = GetParam();
  const auto random = [&state] {
    state = state * 6364136223846793005 + 1442695040888963407;
    return state >> 33;
  };
  const auto is_lost = [&] { return random() % 100 < 20; };
  start();
  run(1s, [&](DtlsRole from, const Bytes& datagram) {
    if (random() % 4 == 0) server_.on_dtls_datagram(strangers_client_hello(), now_);
    if (random() % 8 == 0 && from == DtlsRole::kClient && client_hello_random(datagram)) {
      for (const Bytes& flight : strangers_answer(datagram)) client_.on_dtls_datagram(flight, now_);
    }
    if (random() % 8 == 0) end(from).on_dtls_datagram(kFatalAlert, now_);
    return !is_lost();
  });
  run(1min, [&](DtlsRole, const Bytes&) { return !is_lost(); });
  ASSERT_TRUE(connected());
  const auto of_client = client_.take_secured_media();
  const auto of_server = server_.take_secured_media();
  ASSERT_TRUE(of_client && of_server);
  EXPECT_EQ(of_client->own_confirmation, of_server->expected_confirmation);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SecureChannelOnALossyPath, ::testing::Range(uint64_t{1}, uint64_t{31}));

}  // namespace
}  // namespace sotto::transport
