#pragma once

#include <optional>

#include "base/random.hpp"
#include "base/ring_queue.hpp"
#include "transport/congestion/leaky_bucket.hpp"
#include "transport/congestion/pacer.hpp"
#include "transport/peer_transport_types.hpp"
#include "transport/recovery/fec_encoder.hpp"
#include "transport/recovery/packet_history.hpp"
#include "transport/rtp/rtcp_reports.hpp"
#include "transport/rtp/rtp_packet.hpp"

namespace sotto::transport {

/// One RTP stream that we send, and its retransmissions: numbers packets, writes their headers, keeps what may be asked
/// for again. Neither encrypts nor paces.
class SendStream {
 public:
  /// Retransmissions get no more than `resend_rate`.
  SendStream(StreamConfig config, HeaderExtensionIds ids, DataRate resend_rate, Duration round_trip_time,
             RandomSource& random, const std::shared_ptr<PacketPool>& pool);

  const StreamConfig& config() const { return config_; }
  bool repairs() const { return history_.has_value(); }

  void set_round_trip_time(Duration round_trip_time);
  void set_resend_rate(DataRate rate, Timestamp now);
  /// Notes which moment of capture `rtp_timestamp` stands for.
  void set_media_time(uint32_t rtp_timestamp, Timestamp captured);

  /// Makes an RTP packet of a payload whose turn has come. What may be asked for again is kept, and copied once.
  PacketHandle packetize(PacedPacket packet, SequenceNumber transport_sequence, PacketPool& pool, Timestamp now);

  /// Makes an RTX packet that repeats nothing: it is all padding (RFC 3550 5.1), for a probe. The stream must repair.
  PacketHandle make_padding(SequenceNumber transport_sequence, PacketPool& pool);

  /// Whether the packet that has just left is a place for sums: the last of its picture (`marker`), or of as many as
  /// sums can protect. Never for a stream without them.
  bool ends_group(bool marker) const { return fec_ && (marker || fec_->full()); }
  /// How many packets have left since the last sums.
  size_t unprotected_packets() const { return fec_ ? fec_->size() : 0; }
  /// Queues sums that protect them (RFC 5109): so many per packet on average, and so many for these at the least. Where
  /// ends_group().
  void protect(double sums_per_packet, int least_sums, bool marker, Pacer& pacer, Timestamp now);

  /// What was sent so far is of no use any more: a key frame follows.
  void forget_sent() {
    if (history_) history_->clear();
  }
  void on_nack() { ++statistics_.nacks_received; }
  /// Queues the retransmission (RFC 4588) that answers one number of a NACK, unless it is refused. Where the path loses
  /// the part `loss` of its packets more copies may follow, some milliseconds apart.
  void on_packet_asked(SequenceNumber sequence, double loss, PacketPool& pool, Pacer& pacer, Timestamp now);
  /// Queues the copies of retransmissions whose time has come.
  void resend_copies(PacketPool& pool, Pacer& pacer, Timestamp now);
  /// When resend_copies has work next.
  std::optional<Timestamp> next_copy() const;
  void on_key_frame_request() { ++statistics_.key_frame_requests; }
  /// Takes what the peer reports about this stream.
  void on_report_block(const ReportBlock& block);

  /// For a sender report at `now`, which the clock of the reports calls `ntp`; nothing before the first packet.
  std::optional<SenderInfo> sender_info(Timestamp now, NtpTime ntp) const;
  SendStreamStatistics statistics() const { return statistics_; }

 private:
  struct MediaTime {
    uint32_t rtp_timestamp;
    Timestamp captured;
  };

  /// A retransmission that is to be sent again.
  struct Copy {
    SequenceNumber sequence;
    Timestamp due{};
    Duration spacing{};
    int more = 0;  // after it
  };

  PacketHandle packetize_original(PacedPacket packet, SequenceNumber transport_sequence, PacketPool& pool,
                                  Timestamp now);
  void resend(const PacketHistory::Packet& packet, PacketPool& pool, Pacer& pacer, Timestamp now);
  /// Puts the payload type of what is inside in front of it (RFC 2198 3).
  void wrap_red(PacketBuffer& payload, bool protection) const;
  /// Makes it a payload in RED with nothing in it.
  void make_empty(PacketBuffer& payload) const;
  void add_to_fec(const RtpHeader& header, const HeaderExtensions& extensions, PacketBuffer& payload);
  PacketHandle packetize_retransmission(PacedPacket packet, SequenceNumber transport_sequence);

  StreamConfig config_;
  HeaderExtensionIds ids_;
  SequenceNumber next_sequence_;
  SequenceNumber next_rtx_sequence_;
  std::optional<PacketHistory> history_;
  std::optional<FecEncoder> fec_;
  std::vector<PacketHandle> sums_;  // being made
  double sums_due_ = 0;
  size_t counted_ = 0;  // of the packets in fec_, for sums_due_
  int unprotected_pictures_ = 0;
  uint32_t last_timestamp_ = 0;
  LeakyBucket resend_budget_;
  LeakyBucket copy_budget_;
  Duration round_trip_time_;
  RingQueue<Copy> copies_;
  std::optional<MediaTime> media_time_;
  bool peer_knows_ssrc_ = false;
  SendStreamStatistics statistics_;
};

}  // namespace sotto::transport
