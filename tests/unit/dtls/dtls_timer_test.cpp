#include <gmock/gmock.h>

#include "tests/unit/dtls/dtls_pair.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;

/// The waits before each of the first `count` repetitions of a client's first flight that nobody answers.
std::vector<Duration> waits(DtlsPair& pair, size_t count) {
  std::vector<Duration> waits;
  pair.client.start(pair.now);
  while (waits.size() < count) {
    while (pair.client.poll_datagram()) {
    }
    const Timestamp before = pair.now;
    EXPECT_TRUE(pair.wait());
    waits.push_back(pair.now - before);
  }
  return waits;
}

TEST(DtlsTimer, BeginsAtAHundredMillisecondsWhileNoRoundTripIsKnownAndDoublesToThreeSeconds) {
  DtlsPair pair;
  EXPECT_THAT(waits(pair, 7), ElementsAre(100ms, 200ms, 400ms, 800ms, 1600ms, 3s, 3s));
}

TEST(DtlsTimer, BeginsAtTwoRoundTrips) {
  DtlsPair pair;
  pair.client.set_round_trip_time(170ms);
  EXPECT_THAT(waits(pair, 2), ElementsAre(340ms, 680ms));
}

TEST(DtlsTimer, StaysWithinFiftyMillisecondsAndThreeSeconds) {
  DtlsPair near;
  near.client.set_round_trip_time(1ms);
  EXPECT_THAT(waits(near, 1), ElementsAre(50ms));
  DtlsPair far;
  far.client.set_round_trip_time(20s);
  EXPECT_THAT(waits(far, 2), ElementsAre(3s, 3s));
}

TEST(DtlsTimer, GivesUpWithinThirtySecondsAndThenRests) {
  DtlsPair pair;
  const Timestamp start = pair.now;
  pair.client.start(pair.now);
  while (pair.client.state() == DtlsState::kHandshaking) {
    while (pair.client.poll_datagram()) {
    }
    ASSERT_TRUE(pair.wait());
  }
  EXPECT_EQ(pair.client.state(), DtlsState::kFailed);
  EXPECT_EQ(pair.client.failure().code, ErrorCode::kTimeout);
  EXPECT_EQ(pair.client.next_deadline(), std::nullopt);
  EXPECT_LE(pair.now - start, 30s);
  EXPECT_GE(pair.now - start, 15s);
}

TEST(DtlsTimer, RepeatsAFlightInDatagramsOfTheSameSizes) {
  DtlsPair pair;
  pair.start();
  bool lost = false;
  std::vector<size_t> first;
  std::vector<size_t> second;
  pair.exchange([&](Flying& flying) {
    if (flying.from == DtlsRole::kServer) first.push_back(flying.bytes.size());
    return flying.from == DtlsRole::kClient;
  });
  pair.exchange();
  while (!lost && pair.wait()) {
    pair.exchange([&](Flying& flying) {
      if (flying.from == DtlsRole::kServer) second.push_back(flying.bytes.size());
      return false;
    });
    lost = !second.empty();
  }
  EXPECT_EQ(first, second);
}

class DtlsLoss : public ::testing::TestWithParam<size_t> {};

TEST_P(DtlsLoss, OfAnyOneDatagramCostsOneTimeout) {
  DtlsPair pair;
  const Timestamp start = pair.now;
  size_t count = 0;
  const auto lossy = [&](Flying&) { return count++ != GetParam(); };
  pair.start();
  pair.exchange(lossy);
  while (!pair.connected() && pair.wait()) pair.exchange(lossy);
  ASSERT_TRUE(pair.connected());
  EXPECT_LE(pair.now - start, 100ms);
  EXPECT_EQ(pair.client.next_deadline(), std::nullopt);
  EXPECT_EQ(pair.server.next_deadline(), std::nullopt);
  EXPECT_TRUE(pair.client.send(as_bytes("through")));
  pair.exchange();
  EXPECT_TRUE(pair.server.poll_message());
}

INSTANTIATE_TEST_SUITE_P(EachDatagram, DtlsLoss, ::testing::Range(size_t{0}, size_t{4}));

TEST(DtlsTimer, SurvivesHeavyLossAndDuplicationOnEverySeed) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    DtlsPair pair;
    uint64_t state = seed;
    const auto random = [&state] {
      state = state * 6364136223846793005 + 1442695040888963407;
      return state >> 33;
    };
    const auto lossy = [&](Flying& flying) {
      if (random() % 100 < 10) pair.end(peer_of(flying.from)).on_datagram(flying.bytes, pair.now);  // comes twice
      return random() % 100 >= 30;
    };
    pair.start();
    pair.exchange(lossy);
    while (!pair.connected() && pair.wait()) pair.exchange(lossy);
    EXPECT_TRUE(pair.connected()) << "seed " << seed;
  }
}

TEST(DtlsTimer, AnswersARepeatedFinishedAfterTheLastFlightWasLost) {
  DtlsPair pair;
  pair.start();
  // Everything the server sends after its first flight gets lost three times over.
  int server_flights = 0;
  const auto lossy = [&](Flying& flying) {
    if (flying.from == DtlsRole::kServer) ++server_flights;
    return flying.from == DtlsRole::kClient || server_flights == 1 || server_flights > 4;
  };
  pair.exchange(lossy);
  ASSERT_EQ(pair.server.state(), DtlsState::kConnected);
  ASSERT_EQ(pair.client.state(), DtlsState::kHandshaking);
  EXPECT_EQ(pair.server.next_deadline(), std::nullopt);
  while (!pair.connected() && pair.wait()) pair.exchange(lossy);
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(server_flights, 5);
}

}  // namespace
}  // namespace sotto::transport
