// How a PeerTransport takes what the peer sends. Nothing here sees a packet that did not authenticate.
#include <algorithm>

#include "transport/datagram_kind.hpp"
#include "transport/detail/peer_transport_state.hpp"
#include "transport/rtp/rtcp_feedback.hpp"
#include "transport/rtp/rtcp_packet.hpp"

namespace sotto::transport {

PacketHandle PeerTransport::State::open(ByteView datagram) {
  if (datagram.size() > PacketBuffer::kCapacity) return {};
  PacketHandle packet = pool_->take();
  packet->append_bytes(datagram);
  switch (datagram_kind(datagram)) {
    case DatagramKind::kSrtp:
      return srtp_.unprotect_rtp(*packet) ? std::move(packet) : PacketHandle();
    case DatagramKind::kSrtcp:
      return srtp_.unprotect_rtcp(*packet) ? std::move(packet) : PacketHandle();
    case DatagramKind::kStun:
    case DatagramKind::kDtls:
    case DatagramKind::kUnknown:
      break;
  }
  return {};
}

void PeerTransport::State::on_datagram(ByteView datagram, Timestamp now) {
  PacketHandle packet = open(datagram);
  if (!packet) {
    ++counts_.failed_authentications;
    return;
  }
  last_authenticated_ = now;
  ++counts_.datagrams_received;
  counts_.datagram_bytes_received += datagram.size();
  if (datagram_kind(datagram) == DatagramKind::kSrtcp) {
    on_rtcp(packet->view(), now);
  } else {
    on_rtp(std::move(packet), now);
  }
  if (left_) return;
  follow_target(now);
  send_nacks(now);
  release_paced(now);
}

void PeerTransport::State::on_rtp(PacketHandle packet, Timestamp now) {
  const auto view = parse_rtp(packet->view(), receive_ids());
  if (!view) {
    ++counts_.malformed_packets;
    return;
  }
  if (view->extensions.transport_sequence) {
    arrivals_.on_packet(SequenceNumber(*view->extensions.transport_sequence), now);
    schedule_.on_arrival(DataSize::bytes(static_cast<int64_t>(packet->size())), now);
  }
  const auto stream = std::find_if(receive_streams_.begin(), receive_streams_.end(),
                                   [&view](ReceiveStream& candidate) { return candidate.accept(*view); });
  if (stream == receive_streams_.end()) {
    ++counts_.unknown_packets;
    return;
  }
  if (auto payload = stream->on_packet(*view, std::move(packet), now)) events_.push(std::move(*payload));
  while (auto payload = stream->poll_recovered(now)) events_.push(std::move(*payload));
  // Pictures also come late because they had to wait for their turn.
  const bool tells = stream->config().kind == MediaKind::kAudio || receive_stream(MediaKind::kAudio) == nullptr;
  if (stream->take_late() && tells) {
    schedule_.on_late();
    estimator_->on_incoming_late(now);
  }
}

void PeerTransport::State::on_rtcp(ByteView compound, Timestamp now) {
  RtcpReader reader(compound);
  bool well_formed = true;
  while (const auto packet = reader.next()) well_formed = on_rtcp_packet(*packet, now) && well_formed;
  if (!well_formed || !reader.ok()) ++counts_.malformed_packets;
}

bool PeerTransport::State::on_rtcp_packet(const RtcpPacketView& packet, Timestamp now) {
  switch (packet.type) {
    case RtcpType::kSenderReport:
    case RtcpType::kReceiverReport:
      return on_report(packet, now);
    case RtcpType::kBye:
      return on_bye(packet);
    case RtcpType::kTransportFeedback:
    case RtcpType::kPayloadFeedback:
      return on_feedback(packet, now);
    case RtcpType::kSourceDescription:
      return true;  // Who they are is known from signalling, better than from here.
  }
  return true;  // A type that we do not know (RFC 3550 6.1: ignored).
}

bool PeerTransport::State::on_report(const RtcpPacketView& packet, Timestamp now) {
  const auto report = parse_report(packet);
  if (!report) return false;
  if (report->sender_info) {
    for (ReceiveStream& stream : receive_streams_) {
      if (stream.ssrc() == report->sender) stream.on_sender_report(*report->sender_info, now);
    }
  }
  for (const ReportBlock& block : report->blocks()) on_report_block(block, now);
  return true;
}

void PeerTransport::State::on_report_block(const ReportBlock& block, Timestamp now) {
  const auto stream = std::find_if(send_streams_.begin(), send_streams_.end(), [&block](const SendStream& candidate) {
    return candidate.config().ssrc == block.source;
  });
  if (stream == send_streams_.end()) return;
  stream->on_report_block(block);
  if (redundancy_ && stream->config().kind == MediaKind::kAudio && options_.send_transport_sequence_extension_id == 0) {
    redundancy_->on_fraction_lost(stream->statistics().reported_fraction_lost);
  }
  round_trip_timer_.on_report_block(block, ntp(now));
  const auto measured = round_trip_timer_.smoothed();
  if (!measured) return;
  estimator_->on_round_trip_time(*measured, now);
  for (SendStream& sender : send_streams_) sender.set_round_trip_time(*measured);
  for (ReceiveStream& receiver : receive_streams_) receiver.set_round_trip_time(*measured);
}

bool PeerTransport::State::on_bye(const RtcpPacketView& packet) {
  bool ours = false;
  const bool well_formed = parse_bye(packet, [&](Ssrc source) {
    for (const ReceiveStream& stream : receive_streams_) ours = ours || stream.ssrc() == source;
  });
  if (ours && !peer_left_) {
    peer_left_ = true;
    events_.push(ByeReceived{});
  }
  return well_formed;
}

bool PeerTransport::State::on_feedback(const RtcpPacketView& packet, Timestamp now) {
  const auto message = parse_feedback(packet);
  if (!message) return false;
  const bool transport = packet.type == RtcpType::kTransportFeedback;
  if (transport && packet.count == kNackFormat) return on_nack(*message, now);
  if (transport && packet.count == kTransportWideFormat) return on_congestion_feedback(*message, now);
  if (!transport && packet.count == kFirFormat) return on_fir(*message, now);
  if (!transport && packet.count == kPliFormat) on_key_frame_request(message->media, now);
  return true;
}

bool PeerTransport::State::on_nack(const FeedbackMessage& nack, Timestamp now) {
  for (SendStream& stream : send_streams_) {
    if (stream.config().ssrc != nack.media) continue;
    stream.on_nack();
    return parse_nack(nack, [&](SequenceNumber sequence) {
      stream.on_packet_asked(sequence, protection_.loss(), *pool_, pacer_, now);
    });
  }
  return true;
}

bool PeerTransport::State::on_fir(const FeedbackMessage& fir, Timestamp now) {
  return parse_fir(fir, [this, now](Ssrc source, uint8_t number) {
    if (last_fir_ == number) return;
    last_fir_ = number;
    on_key_frame_request(source, now);
  });
}

void PeerTransport::State::on_key_frame_request(Ssrc media, Timestamp now) {
  SendStream* video = send_stream(MediaKind::kVideo);
  if (video == nullptr || video->config().ssrc != media) return;
  video->on_key_frame_request();
  // Who asks cannot have seen yet what was sent so short a time ago, or waits to be; one that still needs a key frame
  // asks again.
  if (pacer_.sends_key_frame()) return;
  if (key_frame_sent_ && now - *key_frame_sent_ < estimator_->latest_round_trip()) return;
  events_.push(KeyFrameRequested{});
}

bool PeerTransport::State::on_congestion_feedback(const FeedbackMessage& message, Timestamp now) {
  if (!parse_transport_feedback(message, feedback_)) return false;
  ++counts_.feedback_received;
  const auto results = sent_packets_.on_feedback(feedback_);
  for (const PacketResult& result : results) {
    if (!result.arrival) ++counts_.packets_reported_lost;
    if (result.was_missing) --counts_.packets_reported_lost;
  }
  estimator_->on_feedback(results, now);
  // Against loss that is our doing nothing helps but less.
  if (estimator_->congested()) return true;
  protection_.on_feedback(results);
  for (ReceiveStream& stream : receive_streams_) stream.set_request_loss(protection_.loss());
  if (redundancy_) redundancy_->on_feedback(results);
  return true;
}

}  // namespace sotto::transport
