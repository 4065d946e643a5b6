#include "simulated_call.hpp"

#include <algorithm>
#include <utility>

#include "media/sync/lip_sync.hpp"
#include "media/video/key_frame_requester.hpp"
#include "tests/unit/transport/test_session.hpp"

namespace sotto::simulation {
namespace {

using transport::LinkModel;
using transport::MediaKind;
using transport::PayloadForm;
using transport::PeerTransport;

constexpr Timestamp kStart{1000s};
constexpr size_t kPayloadSize = 1100;
constexpr size_t kAudioPayload = 80;  // 32 kbit/s
constexpr Duration kBlockInterval = 10ms;
constexpr Duration kSampleInterval = CallRecord::kSampleInterval;
constexpr uint8_t kVideoRed = 120;
constexpr uint8_t kUlpfec = 121;
constexpr uint8_t kSecondCall = 0xfe;  // in front of its datagrams: none begins so by itself

Timestamp earliest(Timestamp a, std::optional<Timestamp> b) { return b ? std::min(a, *b) : a; }

struct Peer {
  Peer(bool alice, int call, const MediaScenario& scenario, RandomSource& random,
       const std::shared_ptr<PacketPool>& pool)
      : transport(options(alice, scenario), transport::test_srtp(alice), random, pool, kStart, WallTime{}),
        encoder(DataRate::kbps(300), scenario.seed * 2 + (alice ? 0 : 1) + static_cast<uint64_t>(call) * 1'000'000) {}

  static transport::PeerTransportOptions options(bool alice, const MediaScenario& scenario) {
    transport::PeerTransportOptions options = transport::test_options(alice);
    options.fixed_rate = scenario.fixed_rate;
    if (scenario.sums) {
      for (auto* streams : {&options.send, &options.receive}) {
        streams->back().red_payload_type = kVideoRed;
        streams->back().ulpfec_payload_type = kUlpfec;
      }
    }
    return options;
  }

  PeerTransport transport;
  ModelEncoder encoder;
  std::vector<Picture> sent;  // its own, filled in by the other
  std::vector<Duration> audio_delays;
  std::vector<Duration> audio_at;
  uint32_t audio_packets = 0;
  int copies = 0;
  media::KeyFrameRequester requester;
  size_t next_shown = 0;  // of the other's pictures
};

class Call {
 public:
  explicit Call(const MediaScenario& scenario)
      : scenario_(scenario),
        random_(scenario.seed),
        profile_(transport::parse_link_profile(scenario.network).value()),
        links_{LinkModel(profile_, scenario.seed, pool_, kStart), LinkModel(profile_, ~scenario.seed, pool_, kStart)},
        download_(links_[0], profile_.settings.delay) {
    for (int i = 0; i < (scenario_.second_call_at ? 4 : 2); ++i)
      peers_.emplace_back(i % 2 == 0, i / 2, scenario_, random_, pool_);
    if (!scenario_.pictures) next_picture_ = Timestamp::max();
    if (!scenario_.hears) return;
    sound_.emplace(scenario_.seed, transport::test_options(true).send[0].payload_type, pool_, *scenario_.hears);
    next_play_ = kStart + *scenario_.hears;
  }

  CallRecord run() {
    const Timestamp end = kStart + scenario_.length;
    settle();
    while (now_ < end) {
      now_ = std::max(now_, std::min(next_moment(), end));
      step();
      settle();
    }
    record_.start = kStart;
    record_.link = links_[0].counts();
    record_.alice = peers_[0].transport.statistics();
    record_.pictures = std::move(peers_[0].sent);
    record_.audio_delays = std::move(peers_[0].audio_delays);
    record_.audio_at = std::move(peers_[0].audio_at);
    record_.download_bytes = download_.bytes_delivered();
    record_.key_frames = peers_[0].encoder.key_frames();
    if (sound_) record_.sound = sound_->take_record();
    return std::move(record_);
  }

 private:
  Timestamp next_moment() const {
    Timestamp next = std::min({next_picture_, next_block_, next_play_, next_sample_});
    for (const Peer& peer : peers_) {
      next = earliest(earliest(next, peer.transport.next_deadline()), peer.requester.next_deadline());
    }
    for (const LinkModel& link : links_) next = earliest(next, link.next_deadline());
    if (scenario_.download_at && !downloading_) next = std::min(next, kStart + *scenario_.download_at);
    return earliest(next, download_.next_deadline());
  }

  void step() {
    for (size_t side : {0, 1}) {
      for (size_t i = side; i < peers_.size(); i += 2) {
        const auto deadline = peers_[i].transport.next_deadline();
        if (deadline && *deadline <= now_) peers_[i].transport.on_deadline(now_);
        request_key_frame(peers_[i]);
      }
      while (const PacketHandle datagram = links_[side].poll(now_)) on_arrival(side, datagram->view());
      if (side == 0 && next_picture_ <= now_) {
        for (Peer& peer : peers_) {
          if (talks(peer)) send_picture(peer);
        }
        next_picture_ += ModelEncoder::kInterval;
      }
    }
    if (next_block_ <= now_) {
      for (Peer& peer : peers_) {
        if (talks(peer)) capture_audio(peer);
      }
      next_block_ += kBlockInterval;
      ++blocks_;
    }
    if (next_play_ <= now_) {
      sound_->play(now_);
      next_play_ += kBlockInterval;
    }
    if (scenario_.download_at && !downloading_ && now_ >= kStart + *scenario_.download_at) {
      downloading_ = true;
      download_.start(now_);
    }
    if (const auto deadline = download_.next_deadline(); deadline && *deadline <= now_) download_.on_deadline(now_);
    if (next_sample_ <= now_) take_sample();
  }

  size_t index_of(const Peer& peer) const { return static_cast<size_t>(&peer - peers_.data()); }

  bool talks(const Peer& peer) const { return index_of(peer) < 2 || now_ >= kStart + *scenario_.second_call_at; }

  void on_arrival(size_t side, ByteView datagram) {
    if (datagram[0] == CrossFlow::kMark) {
      download_.on_arrival(datagram, now_);
    } else if (datagram[0] == kSecondCall) {
      if (side == 0) record_.second_call_bytes += datagram.size() + LinkModel::kOverhead;
      peers_[3 - side].transport.on_datagram(datagram.subspan(1), now_);
    } else {
      if (side == 0) delivered_ += DataSize::bytes(static_cast<int64_t>(datagram.size() + LinkModel::kOverhead));
      peers_[1 - side].transport.on_datagram(datagram, now_);
    }
  }

  void send_picture(Peer& peer) {
    const int keys = peer.encoder.key_frames();
    const auto size = peer.encoder.encode(now_);
    if (!size) return;
    const auto number = static_cast<uint32_t>(peer.sent.size());
    Picture picture{.captured = now_, .size = *size, .key_frame = peer.encoder.key_frames() > keys};
    picture.packets = (*size + kPayloadSize - 1) / kPayloadSize;
    peer.sent.push_back(picture);
    for (size_t i = 0; i < picture.packets; ++i) {
      PacketHandle payload = pool_->take();
      ByteWriter writer(payload->append(std::max<size_t>(*size / picture.packets, 8)));
      writer.u32(number);
      writer.u8(i == 0);
      peer.transport.send(MediaKind::kVideo, std::move(payload), number * 3000, i + 1 == picture.packets, now_,
                          std::nullopt, picture.key_frame ? PayloadForm::kKeyFrame : PayloadForm::kPlain);
    }
  }

  void capture_audio(Peer& peer) {
    if (sound_ && &peer == &peers_[0]) {
      if (auto packet = sound_->capture(now_)) {
        peer.transport.send(MediaKind::kAudio, std::move(packet->payload), packet->rtp_timestamp, packet->marker, now_,
                            packet->captured, packet->redundant ? PayloadForm::kRedundant : PayloadForm::kPlain);
      }
    } else if (blocks_ % 2 == 0) {
      send_model_audio(peer);
    }
    if (blocks_ % 100 == 0 && &peer == &peers_[0]) record_.audio_copies.push_back(peer.copies);
  }

  void send_model_audio(Peer& peer) {
    PacketHandle payload = pool_->take();
    ByteWriter(payload->append(kAudioPayload + static_cast<size_t>(peer.copies) * (kAudioPayload + 4)))
        .u64(static_cast<uint64_t>(now_.time_since_epoch().count()));
    peer.transport.send(MediaKind::kAudio, std::move(payload), peer.audio_packets++ * 960, false, now_, std::nullopt,
                        peer.copies > 0 ? PayloadForm::kRedundant : PayloadForm::kPlain);
  }

  void take_sample() {
    const auto statistics = peers_[0].transport.statistics();
    const auto rate = [](uint64_t bytes) {
      return DataRate::bps(static_cast<int64_t>(bytes) * 8 * (1s / kSampleInterval));
    };
    const auto& sound = statistics.send[0];
    const auto& video = statistics.send[1];
    const auto before = std::exchange(sent_, {sound.payload_bytes, video.payload_bytes, video.retransmitted_bytes});
    record_.samples.push_back({.target = statistics.target,
                               .video_target = statistics.video_target,
                               .delivered = DataRate::bps(delivered_.bits() * (1s / kSampleInterval)),
                               .sound = rate(sent_[0] - before[0]),
                               .video = rate(sent_[1] - before[1]),
                               .repairs = rate(sent_[2] - before[2]),
                               .waiting = statistics.pacer_queue_time,
                               .longest_queue = longest_queue_,
                               .latency = latency_});
    delivered_ = DataSize();
    longest_queue_ = {};
    next_sample_ += kSampleInterval;
  }

  /// Moves datagrams and events out of both.
  void settle() {
    for (size_t i = 0; i < peers_.size(); ++i) {
      while (auto event = peers_[i].transport.poll_event()) handle(i, *event);
      while (const PacketHandle datagram = peers_[i].transport.poll_datagram()) {
        if (i >= 2) datagram->prepend(1)[0] = kSecondCall;
        links_[i % 2].send(datagram->view(), now_);
        if (i != 0) continue;
        const Duration queue = links_[0].queue_time(now_);
        record_.queue.push_back(queue);
        record_.queue_at.push_back(now_ - kStart);
        longest_queue_ = std::max(longest_queue_, queue);
      }
    }
  }

  void handle(size_t index, transport::TransportEvent& event) {
    Peer& peer = peers_[index];
    if (const auto* target = std::get_if<transport::TargetRateChanged>(&event)) {
      peer.encoder.set_target(target->target * scenario_.demand);
    } else if (const auto* changed = std::get_if<transport::AudioCopiesChanged>(&event)) {
      peer.copies = changed->copies;
      if (sound_ && index == 0) sound_->set_copies(changed->copies);
    } else if (std::holds_alternative<transport::KeyFrameRequested>(event)) {
      peer.encoder.request_key_frame();
    } else if (std::holds_alternative<transport::PacketsGivenUp>(event)) {
      peer.requester.on_reference_lost(now_);
      request_key_frame(peer);
    } else if (const auto* received = std::get_if<transport::PayloadReceived>(&event)) {
      on_payload(peers_[index ^ 1], *received);
    }
  }

  void request_key_frame(Peer& peer) {
    if (!peer.requester.take(now_)) return;
    ++record_.key_frame_requests;
    peer.transport.request_key_frame(now_);
  }

  void on_payload(Peer& sender, const transport::PayloadReceived& received) {
    ByteReader reader(received.payload->view());
    if (sound_ && received.kind == MediaKind::kAudio && &sender == &peers_[0]) {
      sound_->take(received);
    } else if (received.kind == MediaKind::kAudio) {
      sender.audio_delays.push_back(now_ - Timestamp(Duration(static_cast<int64_t>(reader.u64()))));
      sender.audio_at.push_back(now_ - kStart);
    } else if (!received.payload->empty()) {
      const uint32_t number = reader.u32();
      on_picture_part(sender, number, reader.u8() == 1, received.recovered);
    }
  }

  void on_picture_part(Peer& sender, uint32_t number, bool first, bool recovered) {
    Picture& picture = sender.sent[number];
    Peer& receiver = peers_[index_of(sender) ^ 1];
    receiver.requester.on_payload(picture.key_frame ? media::PayloadKind::kKeyFrame
                                  : first           ? media::PayloadKind::kDeltaFrameStart
                                                    : media::PayloadKind::kUnknown,
                                  now_);
    picture.repaired += recovered ? 1 : 0;
    if (++picture.arrived == picture.packets) {
      picture.complete = now_;
      if (&sender == &peers_[0]) latency_ = now_ - picture.captured;
      if (&sender == &peers_[0] && sound_) show_pictures();
      if (picture.key_frame && number >= receiver.next_shown) receiver.next_shown = number;
      show(sender, receiver);
    }
  }

  /// Tells the requester of each picture that can be decoded: the one after the last, or a key frame.
  void show(const Peer& sender, Peer& receiver) {
    const auto ready = [&] {
      if (receiver.next_shown >= sender.sent.size()) return false;
      const Picture& next = sender.sent[receiver.next_shown];
      return next.complete && (receiver.next_shown > 0 || next.key_frame);
    };
    while (ready()) {
      ++receiver.next_shown;
      const bool more_waits = std::any_of(sender.sent.begin() + static_cast<std::ptrdiff_t>(receiver.next_shown),
                                          sender.sent.end(), [](const Picture& later) { return later.arrived > 0; });
      receiver.requester.on_progress(now_, more_waits);
    }
  }

  /// Shows Bob those of Alice's pictures that can be decoded now, beside their sound.
  void show_pictures() {
    const std::vector<Picture>& pictures = peers_[0].sent;
    for (size_t i = next_shown_; i < pictures.size(); ++i) {
      if (pictures[i].complete && (i == next_shown_ || pictures[i].key_frame)) {
        show(pictures[i], static_cast<uint32_t>(i));
        next_shown_ = i + 1;
      }
    }
  }

  void show(const Picture& picture, uint32_t number) {
    const auto moment = [this](MediaKind kind) -> std::optional<media::SenderMoment> {
      const auto report = peers_[1].transport.sender_report(kind);
      if (!report) return std::nullopt;
      return media::SenderMoment{report->rtp_timestamp, report->ntp.since_1970()};
    };
    if (const auto report = moment(MediaKind::kAudio)) lip_sync_.on_sound_report(*report);
    if (const auto report = moment(MediaKind::kVideo)) lip_sync_.on_picture_report(*report);
    const auto played = sound_->played();
    if (played) lip_sync_.on_sound({played->rtp_timestamp, played->when, played->delay, played->own_delay});
    last_show_ = std::max(last_show_, lip_sync_.on_picture(number * 3000, now_));
    sound_->set_least_delay(lip_sync_.least_sound_delay());
    if (!played) return;
    // The first block is complete when the call begins.
    const int64_t sample = (picture.captured - kStart + kBlockInterval).count() * 48 / 1000;
    const Timestamp heard = played->when + Duration((sample - int64_t{played->rtp_timestamp}) * 125 / 6);
    record_.sound_behind.push_back(heard - last_show_);
    record_.sound_behind_at.push_back(now_ - kStart);
  }

  MediaScenario scenario_;
  SeededRandom random_;
  std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  transport::LinkProfile profile_;
  std::vector<Peer> peers_;  // Alice, Bob, and two others who also call each other
  std::array<LinkModel, 2> links_;
  CrossFlow download_;
  bool downloading_ = false;
  Timestamp now_ = kStart;
  Timestamp next_picture_ = kStart + 5ms;
  Timestamp next_block_ = kStart;
  Timestamp next_play_ = Timestamp::max();
  int64_t blocks_ = 0;
  std::optional<SoundPath> sound_;
  Timestamp next_sample_ = kStart + kSampleInterval;
  DataSize delivered_;
  std::array<uint64_t, 3> sent_{};  // bytes by kind, at the last sample
  media::LipSync lip_sync_{media::AudioReceiverOptions().max_delay};
  size_t next_shown_ = 0;
  Timestamp last_show_{};
  Duration longest_queue_{};
  std::optional<Duration> latency_;
  CallRecord record_;
};

}  // namespace

CallRecord simulate(const MediaScenario& scenario) { return Call(scenario).run(); }

}  // namespace sotto::simulation
