#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/units.hpp"

namespace sotto::transport {

/// A packet that left, as the estimator and its feedback know it.
struct SentPacket {
  int64_t sequence = 0;  ///< transport-wide, unwrapped
  Timestamp sent{};
  DataSize size{};  ///< on the path, with whatever left since the last such packet and has no number of its own: RTCP
  int probe = 0;    ///< the ProbeCluster that it belongs to; zero: none
};

/// A run of packets to be sent at a rate of its own, so that it is seen whether the path carries that.
struct ProbeCluster {
  int id = 0;  ///< counts from one
  DataRate rate{};
  DataSize size{};  ///< of all its datagrams: at least this much is sent
  /// Of them, at the least: fewer show nothing (libwebrtc's probe_controller).
  int packets = 5;
  /// Whether padding may stand in where no media waits. Otherwise the cluster ends with the media.
  bool padded = true;
};

/// What became of a sent packet.
struct PacketResult {
  SentPacket packet{};
  /// By the receiver's clock, whose zero is its own: only differences mean something. Absent: missing so far; it can
  /// still be told of as arrived.
  std::optional<Duration> arrival;
  bool was_missing = false;  ///< It was told of as missing before: it was late, not lost.
};

/// Decides how much may be sent. Sans-IO; fed by PeerTransport.
class BandwidthEstimator {
 public:
  virtual ~BandwidthEstimator() = default;

  virtual void on_sent(const SentPacket& packet) = 0;
  /// `results` is what one feedback message told anew, by sequence number.
  virtual void on_feedback(std::span<const PacketResult> results, Timestamp now) = 0;
  virtual void on_round_trip_time(Duration round_trip_time, Timestamp now) = 0;
  /// What comes in has suddenly become late. So may be what was sent, and what is told about it.
  virtual void on_incoming_late(Timestamp) {}
  virtual std::optional<Timestamp> next_deadline() const = 0;
  virtual void on_deadline(Timestamp now) = 0;

  /// How much may be sent, everything together: sound, video, repairs, probes.
  virtual DataRate target() const = 0;
  /// The same as far as delay says, whatever is lost: for what is sent because something is lost.
  virtual DataRate target_by_delay() const { return target(); }
  /// Whether a queue of ours is being emptied: what is lost meanwhile is our doing.
  virtual bool congested() const { return false; }
  /// Whether next to nothing should be sent until there is news; target() is no estimate meanwhile.
  virtual bool waits_for_news() const { return false; }
  /// How long after its sending the newest feedback told of a packet: with what waits in queues now.
  virtual Duration latest_round_trip() const { return {}; }
  /// The probe to send now, if one is due. Asked for only while none is under way and there is video to send.
  virtual std::optional<ProbeCluster> take_probe(Timestamp) { return std::nullopt; }
};

/// Always answers the rate that it was made with: for paths whose capacity is known. It estimates nothing.
class FixedRateEstimator : public BandwidthEstimator {
 public:
  explicit FixedRateEstimator(DataRate rate) : rate_(rate) {}

  void on_sent(const SentPacket&) override {}
  void on_feedback(std::span<const PacketResult>, Timestamp) override {}
  void on_round_trip_time(Duration, Timestamp) override {}
  std::optional<Timestamp> next_deadline() const override { return std::nullopt; }
  void on_deadline(Timestamp) override {}
  DataRate target() const override { return rate_; }

 private:
  DataRate rate_;
};

}  // namespace sotto::transport
