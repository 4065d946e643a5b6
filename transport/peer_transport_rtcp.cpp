// How a PeerTransport tells the peer what came and what did not.
#include "transport/congestion/size_on_path.hpp"
#include "transport/detail/peer_transport_state.hpp"
#include "transport/rtp/rtcp_feedback.hpp"

namespace sotto::transport {
namespace {

constexpr size_t kSrtcpOverhead = 4 + 16;  // index and tag (RFC 7714 9)

}  // namespace

template <typename Write>
void PeerTransport::State::send_rtcp(Write write) {
  PacketHandle compound = pool_->take();
  ByteWriter out(compound->append(kMaxDatagramSize - kSrtcpOverhead));
  write(out);
  SOTTO_ASSERT(out.ok());
  if (out.size() == 0) return;
  compound->truncate(out.size());
  if (!srtp_.protect_rtcp(*compound)) {
    ++counts_.failed_protections;
    return;
  }
  unnumbered_ += size_on_path(compound->size());
  put_out(std::move(compound));
}

void PeerTransport::State::send_due_rtcp(Timestamp now) {
  const RtcpSchedule::Due due = schedule_.take_due(now);
  if (!due.report && !due.feedback) return;
  send_rtcp([&](ByteWriter& out) {
    if (due.report) write_reports(out, now);
    if (due.feedback) write_congestion_feedback(out);
  });
  while (due.feedback && arrivals_.has_news()) {
    send_rtcp([&](ByteWriter& out) { write_congestion_feedback(out); });
  }
}

void PeerTransport::State::write_reports(ByteWriter& out, Timestamp now) {
  std::array<ReportBlock, Report::kMaxBlocks> storage;
  size_t count = 0;
  for (ReceiveStream& stream : receive_streams_) {
    if (const auto block = stream.take_report_block(now)) storage[count++] = *block;
  }
  std::span<const ReportBlock> blocks = std::span(storage).first(count);

  // One report for each source of ours (RFC 8108 5); what came is told once, by the first.
  if (send_streams_.empty()) write_report(out, rtcp_ssrc_, std::nullopt, blocks);
  for (const SendStream& stream : send_streams_) {
    write_report(out, stream.config().ssrc, stream.sender_info(now, ntp(now)), blocks);
    blocks = {};
  }
  if (send_streams_.empty()) write_cname(out, rtcp_ssrc_, options_.cname);
  for (const SendStream& stream : send_streams_) write_cname(out, stream.config().ssrc, options_.cname);
}

void PeerTransport::State::write_congestion_feedback(ByteWriter& out) {
  if (!arrivals_.next_feedback(feedback_, out.remaining())) return;
  feedback_.sender = rtcp_ssrc_;
  feedback_.media = receive_streams_.empty() ? Ssrc() : receive_streams_.front().ssrc();
  write_transport_feedback(out, feedback_);
  ++counts_.feedback_sent;
}

void PeerTransport::State::send_nacks(Timestamp now) {
  for (ReceiveStream& stream : receive_streams_) {
    const NackTracker::Requests requests = stream.take_requests(now);
    send_nacks(stream, requests.asked);
    send_nacks(stream, requests.echoed);
    if (stream.take_given_up()) events_.push(PacketsGivenUp{stream.config().kind});
  }
}

void PeerTransport::State::send_nacks(ReceiveStream& stream, std::span<const SequenceNumber> requests) {
  while (!requests.empty()) {
    send_rtcp(
        [&](ByteWriter& out) { requests = requests.subspan(write_nack(out, rtcp_ssrc_, stream.ssrc(), requests)); });
    stream.on_nack_sent();
  }
}

void PeerTransport::State::request_key_frame() {
  ReceiveStream* video = receive_stream(MediaKind::kVideo);
  if (video == nullptr || video->ssrc() == Ssrc() || left_) return;
  send_rtcp([&](ByteWriter& out) { write_pli(out, rtcp_ssrc_, video->ssrc()); });
  video->on_key_frame_request_sent();
}

void PeerTransport::State::forget_missing(MediaKind kind, int64_t before) {
  if (ReceiveStream* stream = receive_stream(kind)) stream->forget_missing(before);
}

void PeerTransport::State::send_bye(Timestamp now) {
  send_rtcp([&](ByteWriter& out) {
    write_reports(out, now);
    std::vector<Ssrc> sources;
    for (const SendStream& stream : send_streams_) {
      sources.push_back(stream.config().ssrc);
      if (stream.repairs()) sources.push_back(*stream.config().rtx_ssrc);
    }
    if (sources.empty()) sources.push_back(rtcp_ssrc_);
    write_bye(out, sources);
  });
  left_ = true;
  pacer_ = Pacer(paced_target(), pacing());
  probe_.stop();
}

}  // namespace sotto::transport
