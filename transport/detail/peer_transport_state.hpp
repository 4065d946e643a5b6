#pragma once

#include "base/ring_queue.hpp"
#include "transport/congestion/arrival_recorder.hpp"
#include "transport/congestion/bandwidth_estimator.hpp"
#include "transport/congestion/pacer.hpp"
#include "transport/congestion/probe_sender.hpp"
#include "transport/congestion/protection_control.hpp"
#include "transport/congestion/redundancy_control.hpp"
#include "transport/congestion/sent_packet_recorder.hpp"
#include "transport/congestion/video_budget.hpp"
#include "transport/peer_transport.hpp"
#include "transport/receive_stream.hpp"
#include "transport/rtp/round_trip_timer.hpp"
#include "transport/rtp/rtcp_schedule.hpp"
#include "transport/send_stream.hpp"

namespace sotto::transport {

/// What a PeerTransport is made of. Three files carry it out: peer_transport.cpp (payloads out, time),
/// peer_transport_receive.cpp (datagrams in) and peer_transport_rtcp.cpp (reports and feedback out).
class PeerTransport::State {
 public:
  State(PeerTransportOptions options, SrtpSession srtp, RandomSource& random, std::shared_ptr<PacketPool> pool,
        Timestamp now, WallTime wall_now);

  void send(MediaKind kind, PacketHandle payload, uint32_t rtp_timestamp, bool marker, Timestamp now,
            Timestamp captured, PayloadForm form);
  void pause_video() { sends_video_ = false; }
  void request_key_frame();
  void forget_missing(MediaKind kind, int64_t before);
  void send_bye(Timestamp now);
  void on_datagram(ByteView datagram, Timestamp now);
  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);
  PacketHandle poll_datagram();
  std::optional<TransportEvent> poll_event() { return events_.try_pop(); }
  std::optional<Duration> round_trip_time() const;
  std::optional<Timestamp> last_authenticated() const { return last_authenticated_; }
  std::optional<SenderReportMapping> sender_report(MediaKind kind) const;
  PeerTransportStatistics statistics() const;

 private:
  SendStream* send_stream(MediaKind kind);
  ReceiveStream* receive_stream(MediaKind kind);
  HeaderExtensionIds send_ids() const;
  HeaderExtensionIds receive_ids() const;
  /// Our clock as sender reports have it.
  NtpTime ntp(Timestamp now) const { return NtpTime::from_unix(wall_offset_ + now.time_since_epoch()); }

  // Payloads out.
  void release_paced(Timestamp now);
  void send_probe(Timestamp now);
  void send_rtp(PacedPacket packet, Timestamp now);
  void send_padding(Timestamp now);
  /// Protects and sends; what it takes on the path, or nothing if SRTP refuses.
  std::optional<DataSize> send_protected(MediaKind kind, PacketHandle datagram, Timestamp now);
  void put_out(PacketHandle datagram);
  /// What repairs may take: of a fixed rate as much again, of an estimate a part.
  DataRate resend_rate() const;
  Pacing pacing() const;
  /// Beyond what video may send at the most, an estimate is no reason to burst.
  DataRate paced_target() const;
  void follow_target(Timestamp now);
  /// Tells how many copies of sound are worth it, as far as the path carries them.
  void follow_losses();
  int affordable_copies() const;

  // Datagrams in.
  /// What a datagram holds, or null if it does not authenticate.
  PacketHandle open(ByteView datagram);
  void on_rtp(PacketHandle packet, Timestamp now);
  void on_rtcp(ByteView compound, Timestamp now);
  /// Each false if its packet is malformed.
  bool on_rtcp_packet(const RtcpPacketView& packet, Timestamp now);
  bool on_report(const RtcpPacketView& packet, Timestamp now);
  bool on_bye(const RtcpPacketView& packet);
  bool on_feedback(const RtcpPacketView& packet, Timestamp now);
  bool on_nack(const FeedbackMessage& nack, Timestamp now);
  bool on_fir(const FeedbackMessage& fir, Timestamp now);
  bool on_congestion_feedback(const FeedbackMessage& message, Timestamp now);
  void on_report_block(const ReportBlock& block, Timestamp now);
  void on_key_frame_request(Ssrc media, Timestamp now);

  // RTCP out.
  void send_due_rtcp(Timestamp now);
  void write_reports(ByteWriter& out, Timestamp now);
  void write_congestion_feedback(ByteWriter& out);
  void send_nacks(Timestamp now);
  void send_nacks(ReceiveStream& stream, std::span<const SequenceNumber> requests);
  /// Sends what `write` writes into one compound packet, if that is anything.
  template <typename Write>
  void send_rtcp(Write write);

  PeerTransportOptions options_;
  SrtpSession srtp_;
  std::shared_ptr<PacketPool> pool_;
  Duration wall_offset_;
  std::vector<SendStream> send_streams_;
  std::vector<ReceiveStream> receive_streams_;
  Ssrc rtcp_ssrc_;  // who we are in feedback
  bool left_ = false;
  bool peer_left_ = false;

  std::unique_ptr<BandwidthEstimator> estimator_;
  DataRate target_;
  VideoBudget video_budget_;
  std::optional<RedundancyControl> redundancy_;  // if it was agreed on
  ProtectionControl protection_;
  std::optional<int> audio_copies_;       // as told
  std::optional<DataRate> video_target_;  // as told
  Pacer pacer_;
  ProbeSender probe_;
  std::optional<Timestamp> key_frame_sent_;  // when a part of one was last handed in, or left
  bool sends_video_ = false;                 // some has been handed in, and the source is not paused
  SentPacketRecorder sent_packets_;
  DataSize unnumbered_;  // RTCP that left since the last numbered packet, on the path
  ArrivalRecorder arrivals_;
  TransportFeedback feedback_;  // the one in hand, its memory reused
  RtcpSchedule schedule_;
  RoundTripTimer round_trip_timer_;
  std::optional<uint8_t> last_fir_;
  std::optional<Timestamp> last_authenticated_;

  RingQueue<PacketHandle> datagrams_;
  RingQueue<TransportEvent> events_;
  PeerTransportStatistics counts_;  // only what is counted here, not in the streams
};

}  // namespace sotto::transport
