#pragma once

#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "base/random.hpp"
#include "transport/peer_transport.hpp"

namespace sotto::transport {

/// What the network between two peers does to datagrams, the same in both directions.
struct LinkOptions {
  Duration delay = 25ms;   ///< one way
  double loss = 0;         ///< part of the datagrams
  double duplication = 0;  ///< part that comes twice
  double forgery = 0;      ///< part that a stranger sends on with one bit changed, besides the real one
  Duration reordering{};   ///< each is late by up to this much more
};

/// One end of a call as the engine would hold it, and what came out of it.
struct TestPeer {
  explicit TestPeer(PeerTransport peer_transport) : transport(std::move(peer_transport)) {}

  PeerTransport transport;
  std::vector<PayloadReceived> payloads;
  std::vector<DataRate> targets;
  std::vector<int> copies;  ///< as AudioCopiesChanged said
  int key_frame_requests = 0;
  int byes = 0;
  int given_up = 0;
};

/// Two PeerTransports joined by a simulated link, in virtual time: the same seed gives the same run.
class TwoPeers {
  // The peers are made with these.
  SeededRandom random_;
  std::shared_ptr<PacketPool> pool_ = PacketPool::create();

 public:
  explicit TwoPeers(LinkOptions link = {}, uint64_t seed = 1,
                    std::function<void(PeerTransportOptions& alice, PeerTransportOptions& bob)> adapt = {});

  TestPeer alice;
  TestPeer bob;
  LinkOptions link;
  /// Sees every datagram before the link does; true: it is lost.
  std::function<bool(bool from_alice, ByteView datagram)> drop;

  Timestamp now() const { return now_; }
  /// Moves the time on; everything that falls into it happens.
  void run_for(Duration time);
  /// `size` bytes for a payload, each of value `fill`.
  PacketHandle payload(size_t size, uint8_t fill = 0x5a);
  /// A video frame of so many payloads, the last of which has the marker.
  void send_video_frame(TestPeer& from, int payloads, uint32_t rtp_timestamp, size_t payload_size = 1000);
  void send_audio(TestPeer& from, uint32_t rtp_timestamp);
  /// Sound of a media that repeats as it is told: each 20 ms one packet from both, of the size that it would have.
  void talk_for(Duration time);
  /// Moves datagrams and events out of both, as is due after every call.
  void drain();

 private:
  struct InFlight {
    Timestamp arrival;
    uint64_t order;
    bool from_alice;
    Bytes datagram;

    bool operator>(const InFlight& other) const {
      return std::tie(arrival, order) > std::tie(other.arrival, other.order);
    }
  };

  void drain(TestPeer& peer, bool from_alice);
  void put_on_link(bool from_alice, ByteView datagram);
  bool happens(double probability);
  std::optional<Timestamp> next_moment() const;

  Timestamp now_;
  std::priority_queue<InFlight, std::vector<InFlight>, std::greater<>> in_flight_;
  uint64_t order_ = 0;
  uint32_t talked_ = 0;  // packets
};

}  // namespace sotto::transport
