#include <gtest/gtest.h>

#include "test_session.hpp"
#include "tests/support/allocation_counter.hpp"
#include "transport/peer_transport.hpp"

namespace sotto::transport {
namespace {

void expect_no_allocations_once_warm(bool fixed_rate) {
  const auto options_of = [fixed_rate](bool of_alice) {
    PeerTransportOptions options = test_options(of_alice);
    options.fixed_rate = fixed_rate;
    return options;
  };
  SeededRandom random(1);
  const auto pool = PacketPool::create();
  Timestamp now{1000s};
  PeerTransport alice(options_of(true), test_srtp(true), random, pool, now, WallTime{});
  PeerTransport bob(options_of(false), test_srtp(false), random, pool, now, WallTime{});
  int packets = 0;
  const auto exchange = [&](PeerTransport& from, PeerTransport& to) {
    while (const PacketHandle datagram = from.poll_datagram()) {
      if (++packets % 20 != 0) to.on_datagram(datagram->view(), now);
    }
    while (from.poll_event()) {
    }
  };

  for (uint32_t millisecond = 0; millisecond < 20'000; ++millisecond, now += 1ms) {
    AllocationCounter::enable(millisecond > 5'000);
    for (PeerTransport* peer : {&alice, &bob}) {
      for (int i = 0; millisecond % 33 == 0 && i < 9; ++i) {
        PacketHandle payload = pool->take();
        payload->append(1000);
        peer->send(MediaKind::kVideo, std::move(payload), millisecond * 90, i == 8, now);
      }
      if (millisecond % 20 == 0) {
        PacketHandle payload = pool->take();
        payload->append(80);
        peer->send(MediaKind::kAudio, std::move(payload), millisecond * 48, false, now);
      }
      if (peer->next_deadline() && *peer->next_deadline() <= now) peer->on_deadline(now);
    }
    exchange(alice, bob);
    exchange(bob, alice);
  }
  AllocationCounter::enable(false);
  EXPECT_EQ(AllocationCounter::count(), 0u);
  EXPECT_GT(bob.statistics().receive[1].recovered_packets, 100u);
}

TEST(PeerTransportMemory, ACallAtAFixedRateAllocatesNothingOnceItIsWarm) { expect_no_allocations_once_warm(true); }

TEST(PeerTransportMemory, ACallThatEstimatesAllocatesNothingOnceItIsWarm) { expect_no_allocations_once_warm(false); }

}  // namespace
}  // namespace sotto::transport
