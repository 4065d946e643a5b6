#include "engine/media_session.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace sotto::engine {
namespace {

// A batch that one system call can take; a frame of normal size fits.
constexpr size_t kBatchSize = 32;

/// Of the sound among `streams`; zero if there is none.
uint8_t payload_type(const std::vector<transport::StreamConfig>& streams) {
  for (const transport::StreamConfig& stream : streams) {
    if (stream.kind == transport::MediaKind::kAudio) return stream.payload_type;
  }
  return 0;
}

Timestamp earlier(std::optional<Timestamp> a, Timestamp b) { return a ? std::min(*a, b) : b; }

}  // namespace

MediaSession::MediaSession(MediaGate gate, MediaSessionOptions options, transport::SrtpSession srtp, Capture& capture,
                           transport::Path& path, std::shared_ptr<WakeSignal> wake, RandomSource& random,
                           std::shared_ptr<PacketPool> pool, Machine& machine, Timestamp now, WallTime wall_now)
    : gate_(std::move(gate)),
      options_(std::move(options)),
      capture_(capture),
      path_(path),
      wake_(std::move(wake)),
      pool_(std::move(pool)),
      transport_(std::in_place, options_.transport, std::move(srtp), random, pool_, now, wall_now) {
  batch_.reserve(kBatchSize);
  views_.reserve(kBatchSize);
  target_bps_ = options_.transport.video_target.bps();
  useful_bps_ = target_bps_.load();
  if (options_.receive_audio) {
    audio_receiver_ = std::make_shared<media::AudioReceiver>(media::AudioReceiverOptions{
        .payload_type = payload_type(options_.transport.receive), .codec = options_.audio_codec});
  }
  sound_ =
      std::make_shared<CallSound>(options_.send_audio ? options_.processing : AudioProcessing::none(), audio_receiver_);
  if (options_.receive_video) {
    media::VideoReceiverOptions receiver;
    receiver.codec = options_.video_codec;
    receiver.on_wake = [wake = wake_] { wake->notify(); };
    video_receiver_ = std::make_unique<media::VideoReceiver>(
        std::move(receiver),
        [on_frame = options_.on_frame](const VideoFrame& frame) {
          if (on_frame) on_frame(frame);
        },
        machine);
    if (options_.transport.initial_round_trip_time) {
      video_receiver_->set_round_trip_time(*options_.transport.initial_round_trip_time);
    }
  }
  if (options_.send_audio) {
    media::AudioSenderOptions sender;
    sender.bitrate = options_.transport.audio_bitrate;
    sender.codec = options_.audio_codec;
    sender.first_rtp_timestamp = random.u32();
    sender.payload_type = payload_type(options_.transport.send);
    audio_sender_ = std::make_unique<media::AudioSender>(sender, pool_);
  }
  if (options_.send_video) {
    media::VideoSenderOptions sender;
    sender.codec = options_.video_codec;
    sender.target = options_.transport.video_target;
    sender.max_payload_size = transport::PeerTransport::max_payload_size();
    sender.first_rtp_timestamp = random.u32();
    sender.first_picture_id = static_cast<uint16_t>(random.u32());
    video_sender_ = std::make_unique<media::VideoSender>(
        sender, pool_, [this](media::EncodedVideoFrame frame) { on_encoded(std::move(frame)); }, machine);
  }
  flush(now);
  connect_capture();
}

MediaSession::~MediaSession() {
  video_sender_.reset();
  video_receiver_.reset();
}

void MediaSession::connect_capture() {
  Capture::AudioHandler on_audio;
  Capture::VideoHandler on_video;
  if (audio_sender_) {
    on_audio = [this](AudioBlock block, Timestamp captured, bool muted) {
      auto encoded = audio_sender_->push(sound_->capture(block, captured, muted), captured);
      if (!encoded) return;
      // Sound that finds no room is a lost packet: the other end conceals it.
      (void)enqueue({transport::MediaKind::kAudio, std::move(encoded->payload), encoded->rtp_timestamp, encoded->marker,
                     encoded->captured,
                     encoded->redundant ? transport::PayloadForm::kRedundant : transport::PayloadForm::kPlain});
      wake_->notify();
    };
  }
  if (video_sender_) on_video = [this](VideoFrame frame) { push_video(std::move(frame)); };
  capture_.connect(std::move(on_audio), std::move(on_video));
}

void MediaSession::push_video(VideoFrame frame) {
  if (frame.width() != captured_width_ || frame.height() != captured_height_) {
    captured_width_ = frame.width();
    captured_height_ = frame.height();
    useful_bps_ = media::suggested_max_bitrate(captured_width_, captured_height_).bps();
    update_video_target();
  }
  video_sender_->push(std::move(frame));
}

void MediaSession::update_video_target() {
  video_sender_->set_target(DataRate::bps(std::min(target_bps_.load(), useful_bps_.load())));
}

bool MediaSession::enqueue(OutgoingPayload payload) {
  if (options_.payload_probe) options_.payload_probe(payload.kind, payload.packet->view());
  return outgoing_.push(std::move(payload));
}

void MediaSession::on_encoded(media::EncodedVideoFrame frame) {
  for (size_t i = 0; i < frame.payloads.size(); ++i) {
    const bool last = i + 1 == frame.payloads.size();
    if (enqueue({transport::MediaKind::kVideo, std::move(frame.payloads[i]), frame.rtp_timestamp, last,
                 frame.capture_time, transport::PayloadForm::kPlain})) {
      continue;
    }
    // The network thread does not keep up: the rest of this picture is of no use, nor is what would refer to it.
    video_sender_->request_key_frame();
    break;
  }
  wake_->notify();
}

void MediaSession::send_pending(Timestamp now) {
  outgoing_.take(taken_);
  for (OutgoingPayload& payload : taken_) {
    transport_->send(payload.kind, std::move(payload.packet), payload.rtp_timestamp, payload.marker, now,
                     payload.captured, payload.form);
  }
  taken_.clear();
  // The decode thread wakes us as well, when it has met a frame that does not decode.
  send_key_frame_request(now);
  flush(now);
}

void MediaSession::on_datagram(ByteView datagram, Timestamp now) {
  transport_->on_datagram(datagram, now);
  flush(now);
}

std::optional<Timestamp> MediaSession::next_deadline() const {
  std::optional<Timestamp> next = transport_->next_deadline();
  if (video_receiver_) {
    if (const auto receiver = video_receiver_->next_deadline()) next = earlier(next, *receiver);
  }
  return next;
}

void MediaSession::on_deadline(Timestamp now) {
  if (video_receiver_) {
    video_receiver_->on_deadline(now);
    send_key_frame_request(now);
  }
  transport_->on_deadline(now);
  flush(now);
}

void MediaSession::send_bye(Timestamp now) {
  transport_->send_bye(now);
  flush(now);
}

void MediaSession::close() {
  capture_.disconnect();
  transport_.reset();
}

void MediaSession::flush(Timestamp now) {
  for (;;) {
    while (auto event = transport_->poll_event()) handle(*event, now);
    while (batch_.size() < kBatchSize) {
      PacketHandle datagram = transport_->poll_datagram();
      if (!datagram) break;
      views_.push_back(datagram->view());
      batch_.push_back(std::move(datagram));
    }
    if (batch_.empty()) return;
    path_.send(views_);
    views_.clear();
    batch_.clear();
  }
}

void MediaSession::handle(transport::TransportEvent& event, Timestamp now) {
  std::visit(
      [&](auto& what) {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, transport::PayloadReceived>) {
          on_payload(what);
          send_key_frame_request(now);
        } else if constexpr (std::is_same_v<What, transport::KeyFrameRequested>) {
          if (video_sender_) video_sender_->request_key_frame();
        } else if constexpr (std::is_same_v<What, transport::ByeReceived>) {
          peer_left_ = true;
        } else if constexpr (std::is_same_v<What, transport::TargetRateChanged>) {
          target_bps_ = what.target.bps();
          if (video_sender_) update_video_target();
        } else if constexpr (std::is_same_v<What, transport::AudioCopiesChanged>) {
          if (audio_sender_) audio_sender_->set_copies(what.copies);
        } else {
          static_assert(std::is_same_v<What, transport::PacketsGivenUp>);
          if (what.kind == transport::MediaKind::kVideo && video_receiver_) {
            video_receiver_->on_packets_given_up(now);
            send_key_frame_request(now);
          }
        }
      },
      event);
}

void MediaSession::on_payload(transport::PayloadReceived& received) {
  switch (received.kind) {
    case transport::MediaKind::kAudio:
      if (!audio_receiver_) return;
      if (!first_audio_) first_audio_ = received.arrival;
      switch (received.form) {
        case transport::PayloadForm::kPlain:
          audio_receiver_->on_payload(received.sequence, received.rtp_timestamp, received.payload->view(),
                                      received.arrival);
          return;
        case transport::PayloadForm::kRedundant:
          audio_receiver_->on_redundant_payload(received.sequence, received.rtp_timestamp, received.payload->view(),
                                                received.arrival);
          return;
      }
      return;
    case transport::MediaKind::kVideo:
      if (!video_receiver_) return;
      if (const auto round_trip = transport_->round_trip_time()) video_receiver_->set_round_trip_time(*round_trip);
      video_receiver_->on_payload(received.sequence, received.rtp_timestamp, received.marker, received.payload->view(),
                                  received.arrival);
      return;
  }
}

void MediaSession::send_key_frame_request(Timestamp now) {
  if (video_receiver_ && video_receiver_->take_key_frame_request(now)) transport_->request_key_frame(now);
}

void MediaSession::add_to(CallStatistics& statistics) const {
  const transport::PeerTransportStatistics transport = transport_->statistics();
  statistics.path.datagrams_sent += transport.datagrams_sent;
  statistics.path.bytes_sent += transport.datagram_bytes_sent;
  statistics.path.datagrams_received += transport.datagrams_received;
  statistics.path.bytes_received += transport.datagram_bytes_received;
  statistics.path.refused += transport.failed_authentications;
  statistics.path.round_trip_time = transport.round_trip_time;
  statistics.path.send_target_bps = transport.target.bps();
  statistics.path.probe_bytes_sent = transport.padding_bytes_sent;
  statistics.path.packets_reported_lost = transport.packets_reported_lost;
  statistics.path.pacer_queue = transport.pacer_queue_time;
  statistics.path.pacer_packets_dropped = transport.pacer_dropped_packets;
  for (const auto& stream : transport.send) {
    if (stream.kind == transport::MediaKind::kAudio) {
      statistics.audio.packets_sent += stream.packets;
      statistics.audio.copies_sent = transport.audio_copies;
      statistics.audio.bytes_sent += stream.payload_bytes;
    } else {
      statistics.video.packets_sent += stream.packets;
      statistics.video.bytes_sent += stream.payload_bytes - stream.protection_bytes;
      statistics.video.bytes_protecting += stream.protection_bytes;
      statistics.video.bytes_retransmitted += stream.retransmitted_bytes;
      statistics.video.packets_retransmitted += stream.retransmitted_packets;
      statistics.video.key_frame_requests_received += stream.key_frame_requests;
    }
  }
  for (const auto& stream : transport.receive) {
    if (stream.kind == transport::MediaKind::kAudio) {
      statistics.audio.packets_received += stream.packets;
      statistics.audio.bytes_received += stream.payload_bytes;
      statistics.audio.packets_lost += static_cast<uint64_t>(std::max<int64_t>(stream.lost, 0));
    } else {
      statistics.video.packets_received += stream.packets;
      statistics.video.packets_lost += static_cast<uint64_t>(std::max<int64_t>(stream.lost, 0));
      statistics.video.bytes_received += stream.payload_bytes;
      statistics.video.packets_recovered += stream.recovered_packets;
      statistics.video.nacks_sent += stream.nacks_sent;
      statistics.video.key_frame_requests_sent += stream.key_frame_requests;
    }
  }
  if (audio_receiver_) {
    const media::AudioReceiverStatistics audio = audio_receiver_->statistics();
    statistics.audio.total_samples = audio.total_samples;
    statistics.audio.concealed_samples = audio.concealed_samples;
    statistics.audio.inserted_samples = audio.inserted_samples;
    statistics.audio.removed_samples = audio.removed_samples;
    statistics.audio.packets_recovered = audio.packets_recovered;
    statistics.audio.packets_late = audio.packets_late;
    statistics.audio.playout_delay = audio.delay;
    statistics.audio.target_delay = audio.target;
  }
  sound_->add_to(statistics.audio);
  if (video_sender_) {
    const media::VideoSenderStatistics video = video_sender_->statistics();
    statistics.video.frames_captured = video.frames_pushed;
    statistics.video.frames_encoded = video.encoder.frames_encoded;
    statistics.video.frames_skipped = video.frames_replaced + video.encoder.frames_dropped;
    statistics.video.key_frames_encoded = video.encoder.key_frames;
    statistics.video.sent_width = video.encoder.width;
    statistics.video.sent_height = video.encoder.height;
    statistics.video.target_bitrate_bps = video.target.bps();
    statistics.video.useful_bitrate_bps = useful_bps_.load();
    statistics.video.encode_time_total = video.encode_time_total;
  }
  if (video_receiver_) {
    const media::VideoReceiverStatistics video = video_receiver_->statistics();
    statistics.video.frames_received = video.frames_received;
    statistics.video.frames_decoded = video.frames_decoded;
    statistics.video.frames_shown = video.frames_shown;
    statistics.video.freezes = video.freezes;
    statistics.video.frozen_time = video.frozen_time;
    statistics.video.frames_dropped = video.frames_dropped + video.frames_failed + video.frames_skipped;
    statistics.video.received_width = video.width;
    statistics.video.received_height = video.height;
    statistics.video.decode_time_total = video.decode_time_total;
  }
}

}  // namespace sotto::engine
