#pragma once

#include <optional>
#include <utility>

#include "transport/congestion/lateness_watch.hpp"
#include "transport/peer_transport_types.hpp"
#include "transport/recovery/duplicate_filter.hpp"
#include "transport/recovery/fec_decoder.hpp"
#include "transport/recovery/nack_tracker.hpp"
#include "transport/rtp/reception_statistics.hpp"
#include "transport/rtp/rtcp_reports.hpp"
#include "transport/rtp/rtp_packet.hpp"

namespace sotto::transport {

/// One RTP stream that the peer sends, with its retransmissions: turns packets into payloads, each once, and knows
/// which are missing. Sees authentic packets only.
class ReceiveStream {
 public:
  ReceiveStream(StreamConfig config, HeaderExtensionIds ids, Duration round_trip_time,
                std::shared_ptr<PacketPool> pool);

  const StreamConfig& config() const { return config_; }
  Ssrc ssrc() const { return config_.ssrc; }

  /// Whether `packet` belongs here. A source that was not signalled is bound by the first packet with our payload type
  /// and mid, or with our payload type and no mid (RFC 9143 9.2), and stays.
  bool accept(const RtpPacketView& packet);

  /// Takes an accepted packet; `view` is what was read from `packet`. Nothing if its payload came before.
  std::optional<PayloadReceived> on_packet(const RtpPacketView& view, PacketHandle packet, Timestamp now);
  /// The next payload that sums of others brought back (RFC 5109), if any. After each packet until there is none.
  std::optional<PayloadReceived> poll_recovered(Timestamp now);
  void on_sender_report(const SenderInfo& info, Timestamp now);

  void set_round_trip_time(Duration round_trip_time);
  /// Says which part of the requests is lost on their way.
  void set_request_loss(double loss);
  /// What to ask for now (see NackTracker). The views hold until the next call.
  NackTracker::Requests take_requests(Timestamp now);
  bool take_given_up();
  /// Stops asking for what is missing before `sequence`.
  void forget_missing(int64_t sequence) {
    if (tracker_) tracker_->forget_before(sequence);
  }
  /// Whether packets have suddenly come late since the last call (see LatenessWatch).
  bool take_late() { return std::exchange(late_, false); }
  std::optional<Timestamp> next_deadline() const;
  void on_nack_sent() { ++statistics_.nacks_sent; }
  void on_key_frame_request_sent() { ++statistics_.key_frame_requests; }

  /// What a report at `now` says about this stream; nothing before its first packet. Once a report.
  std::optional<ReportBlock> take_report_block(Timestamp now);
  std::optional<SenderReportMapping> sender_report() const { return sender_report_; }
  ReceiveStreamStatistics statistics() const;

 private:
  bool is_retransmission(const RtpPacketView& packet) const;
  bool uses_red() const { return fec_.has_value(); }
  /// Undoes RED and learns from the packet what sums need: its payload remains, nothing of one that held sums. False if
  /// it is malformed.
  bool unwrap_red(RtpHeader& header, PacketBuffer& payload, ByteView rtp_header, int64_t sequence);
  std::optional<PayloadReceived> deliver(int64_t sequence, const RtpHeader& header, PacketHandle payload, Timestamp now,
                                         bool recovered);

  StreamConfig config_;
  HeaderExtensionIds ids_;
  std::shared_ptr<PacketPool> pool_;
  SequenceUnwrapper unwrapper_;
  ReceptionStatistics reception_;
  LatenessWatch lateness_;
  bool late_ = false;
  DuplicateFilter filter_;
  std::optional<NackTracker> tracker_;
  std::optional<FecDecoder> fec_;
  std::optional<SenderReportMapping> sender_report_;
  ReceiveStreamStatistics statistics_;
};

}  // namespace sotto::transport
