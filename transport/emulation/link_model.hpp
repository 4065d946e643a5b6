#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/packet_buffer.hpp"
#include "base/random.hpp"
#include "base/ring_queue.hpp"
#include "base/units.hpp"
#include "transport/emulation/link_profile.hpp"

namespace sotto::transport {

/// What became of the datagrams. At any time sent + duplicated = delivered + lost() + in_flight.
struct LinkCounts {
  uint64_t sent = 0;
  uint64_t duplicated = 0;
  uint64_t delivered = 0;
  uint64_t lost_in_queue = 0;
  uint64_t lost_at_random = 0;  ///< in bursts or alone
  uint64_t lost_in_blackout = 0;
  uint64_t lost_by_size = 0;
  uint64_t corrupted = 0;  ///< of those delivered or in flight
  uint64_t in_flight = 0;
  uint64_t bytes_delivered = 0;  ///< IP and UDP headers included

  uint64_t lost() const { return lost_in_queue + lost_at_random + lost_in_blackout + lost_by_size; }
};

/// One direction of an emulated link: datagrams go in with the time and come out at theirs.
///
///     blackout -> [queue, served at the rate, drops at its tail] -> loss, corruption, duplication -> delay, jitter
///
/// Sans-IO and deterministic: the same seed, profile, datagrams and times give the same link. One thread.
class LinkModel {
 public:
  /// What a datagram takes on the link besides its payload: IPv4 and UDP.
  static constexpr size_t kOverhead = 28;

  LinkModel(LinkProfile profile, uint64_t seed, std::shared_ptr<PacketPool> pool, Timestamp start);

  void send(ByteView datagram, Timestamp now);
  /// The next datagram that has arrived by `now`; null if there is none.
  PacketHandle poll(Timestamp now);
  /// When poll() may have something. It may also turn out to have nothing.
  std::optional<Timestamp> next_deadline() const;

  const LinkSettings& settings() const { return settings_; }
  const LinkCounts& counts() const { return counts_; }
  /// How long a datagram sent at `now` would wait for the bottleneck.
  Duration queue_time(Timestamp now) const;

 private:
  struct InFlight {
    Timestamp arrival;
    uint64_t order = 0;
    PacketHandle packet;

    static bool later(const InFlight& a, const InFlight& b) {
      return std::pair(a.arrival, a.order) > std::pair(b.arrival, b.order);
    }
  };

  /// Lets everything happen that falls before or on `now`.
  void advance(Timestamp now);
  void serve_until(Timestamp end);
  bool in_blackout(Timestamp now);
  void leave_bottleneck(PacketHandle packet, Timestamp now);
  void fly(PacketHandle packet, Timestamp now);
  PacketHandle copy_of(ByteView datagram);
  bool lost_in_burst();
  bool happens(double probability);
  Duration random_time(Duration most);
  Duration service_time(DataSize size) const;

  LinkProfile profile_;
  SeededRandom random_;
  std::shared_ptr<PacketPool> pool_;
  Timestamp start_;
  LinkSettings settings_;
  size_t next_change_ = 0;
  size_t next_blackout_ = 0;
  Timestamp dark_until_{};

  RingQueue<PacketHandle> queue_;
  DataSize queued_;           // IP packets in queue_, without what has left of the first
  Timestamp served_until_;    // what the bottleneck has sent by then is gone from queued_
  DataSize first_remaining_;  // of the first in queue_
  bool in_burst_ = false;
  std::vector<InFlight> flying_;  // a heap, the earliest first
  Timestamp last_arrival_{};
  uint64_t order_ = 0;
  LinkCounts counts_;
};

}  // namespace sotto::transport
