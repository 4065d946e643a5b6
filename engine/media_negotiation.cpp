#include "engine/media_negotiation.hpp"

#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

namespace sotto::engine {
namespace {

using signaling::MediaDescription;
using signaling::StreamDescription;
using signaling::StreamKind;
using transport::MediaKind;
using transport::StreamConfig;

constexpr uint8_t kOpusPayloadType = 111;
constexpr uint8_t kRedPayloadType = 63;
constexpr uint8_t kVp8PayloadType = 96;
constexpr uint8_t kVp8RtxPayloadType = 97;
constexpr uint8_t kVideoRedPayloadType = 98;
constexpr uint8_t kUlpfecPayloadType = 99;
constexpr uint8_t kMidExtensionId = 4;
constexpr uint8_t kTransportSequenceExtensionId = 3;
constexpr uint32_t kAudioClockRate = 48000;  // RFC 7587 4.1
constexpr uint32_t kVideoClockRate = 90000;  // RFC 7741 4.1
constexpr uint16_t kMaxPictureSide = 1920;   // pixels, either way around
constexpr uint32_t kMinVideoBitrate = 30'000;
constexpr uint32_t kMaxVideoBitrate = 2'500'000;
constexpr uint32_t kMaxAudioBitrate = 64'000;

/// SSRCs for one side of a call, none twice and none zero.
class SsrcDraw {
 public:
  explicit SsrcDraw(RandomSource& random) : random_(random) {}
  void avoid(uint32_t ssrc) { taken_.insert(ssrc); }
  uint32_t next() {
    uint32_t ssrc = 0;
    do {
      ssrc = random_.u32();
    } while (!taken_.insert(ssrc).second);
    return ssrc;
  }

 private:
  RandomSource& random_;
  std::set<uint32_t> taken_{0};
};

/// 96 random bits as text (RFC 7022 4.2).
std::string random_cname(RandomSource& random) {
  std::string name;
  for (const uint8_t byte : random.bytes<12>()) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    name += digits;
  }
  return name;
}

bool is_known(const StreamDescription& stream) {
  switch (stream.kind) {
    case StreamKind::kAudio:
      return stream.codec == "opus" && stream.clock_rate == kAudioClockRate;
    case StreamKind::kVideo:
      return stream.codec == "VP8" && stream.clock_rate == kVideoClockRate;
  }
  return false;
}

/// With RTP and RTCP on one port, 64 to 95 would look like RTCP (RFC 5761 4).
bool is_payload_type(uint8_t type) { return type < 64 || (type > 95 && type < 128); }

const StreamDescription* find(const MediaDescription& description, StreamKind kind) {
  const auto found = std::find_if(description.streams.begin(), description.streams.end(),
                                  [&](const StreamDescription& stream) { return stream.kind == kind; });
  return found == description.streams.end() ? nullptr : &*found;
}

void choose(StreamDescription& stream, const MediaChoice& choice) {
  const bool audio = stream.kind == StreamKind::kAudio;
  stream.send = audio ? choice.send_audio : choice.send_video;
  stream.receive = audio ? choice.receive_audio : choice.receive_video;
}

StreamConfig configure(MediaKind kind, const StreamDescription& numbers, const StreamDescription& sender) {
  StreamConfig config;
  config.kind = kind;
  config.mid = numbers.mid;
  config.payload_type = numbers.payload_type;
  if (kind == MediaKind::kAudio) config.red_payload_type = numbers.red_payload_type;
  // Sums travel inside of RED alone.
  if (kind == MediaKind::kVideo && numbers.red_payload_type && numbers.ulpfec_payload_type) {
    config.red_payload_type = numbers.red_payload_type;
    config.ulpfec_payload_type = numbers.ulpfec_payload_type;
  }
  config.clock_rate = numbers.clock_rate;
  config.ssrc = Ssrc(sender.ssrc);
  if (numbers.rtx_payload_type && sender.rtx_ssrc) {
    config.rtx_payload_type = numbers.rtx_payload_type;
    config.rtx_ssrc = Ssrc(*sender.rtx_ssrc);
  }
  return config;
}

}  // namespace

MediaDescription make_offer(const MediaChoice& choice, RandomSource& random) {
  SsrcDraw ssrcs(random);
  StreamDescription audio;
  audio.kind = StreamKind::kAudio;
  audio.mid = "0";
  audio.codec = "opus";
  audio.payload_type = kOpusPayloadType;
  audio.red_payload_type = kRedPayloadType;
  audio.clock_rate = kAudioClockRate;
  audio.channels = 2;  // as every Opus stream is described (RFC 7587 7)
  audio.ssrc = ssrcs.next();
  audio.max_bitrate_bps = kMaxAudioBitrate;
  StreamDescription video;
  video.kind = StreamKind::kVideo;
  video.mid = "1";
  video.codec = "VP8";
  video.payload_type = kVp8PayloadType;
  video.rtx_payload_type = kVp8RtxPayloadType;
  video.red_payload_type = kVideoRedPayloadType;
  video.ulpfec_payload_type = kUlpfecPayloadType;
  video.clock_rate = kVideoClockRate;
  video.ssrc = ssrcs.next();
  video.rtx_ssrc = ssrcs.next();
  video.max_bitrate_bps = kMaxVideoBitrate;
  video.max_width = kMaxPictureSide;
  video.max_height = kMaxPictureSide;

  MediaDescription offer;
  offer.cname = random_cname(random);
  offer.mid_extension_id = kMidExtensionId;
  offer.transport_sequence_extension_id = kTransportSequenceExtensionId;
  for (StreamDescription& stream : std::vector{audio, video}) {
    choose(stream, choice);
    if (stream.send || stream.receive) offer.streams.push_back(stream);
  }
  return offer;
}

Result<MediaDescription> make_answer(const MediaDescription& offer, const MediaChoice& choice, RandomSource& random) {
  SsrcDraw ssrcs(random);
  for (const StreamDescription& stream : offer.streams) {
    ssrcs.avoid(stream.ssrc);
    if (stream.rtx_ssrc) ssrcs.avoid(*stream.rtx_ssrc);
  }
  MediaDescription answer = offer;
  answer.cname = random_cname(random);
  answer.streams.clear();
  for (const StreamDescription& offered : offer.streams) {
    StreamDescription stream = offered;
    stream.ssrc = ssrcs.next();
    if (offered.rtx_ssrc) stream.rtx_ssrc = ssrcs.next();
    choose(stream, choice);
    stream.send = stream.send && offered.receive;
    stream.receive = stream.receive && offered.send;
    if (stream.kind == StreamKind::kVideo) {
      stream.max_bitrate_bps = kMaxVideoBitrate;
      stream.max_width = kMaxPictureSide;
      stream.max_height = kMaxPictureSide;
    }
    if (stream.send || stream.receive) answer.streams.push_back(stream);
  }
  if (answer.streams.empty()) return Error{ErrorCode::kRefused, "the other side offers no medium that this side takes"};
  return answer;
}

Result<void> check_description(const MediaDescription& description) {
  const auto refuse = [](const char* why) { return Error{ErrorCode::kRefused, why}; };
  std::set<uint8_t> payload_types;
  std::set<uint32_t> ssrcs{0};
  std::set<StreamKind> kinds;
  std::set<std::string> mids;
  for (const StreamDescription& stream : description.streams) {
    if (!is_known(stream)) return refuse("the description has a stream of an unknown codec or clock rate");
    if (!kinds.insert(stream.kind).second) return refuse("the description has two streams of one kind");
    if (!mids.insert(stream.mid).second) return refuse("the description has a mid twice");
    if (!ssrcs.insert(stream.ssrc).second) return refuse("the description has an SSRC of zero or twice");
    if (stream.rtx_ssrc && !ssrcs.insert(*stream.rtx_ssrc).second) {
      return refuse("the description has an RTX SSRC of zero or twice");
    }
    for (const auto& type : {std::optional(stream.payload_type), stream.rtx_payload_type, stream.red_payload_type,
                             stream.ulpfec_payload_type}) {
      if (!type) continue;
      if (!is_payload_type(*type)) return refuse("the description has a payload type out of range");
      if (!payload_types.insert(*type).second) return refuse("the description has a payload type twice");
    }
  }
  if (description.streams.empty()) return refuse("the description has no stream");
  for (const uint8_t id : {description.mid_extension_id, description.transport_sequence_extension_id}) {
    if (id > 14) return refuse("the description has an extension id out of range");  // RFC 8285 4.2
  }
  if (description.mid_extension_id != 0 &&
      description.mid_extension_id == description.transport_sequence_extension_id) {
    return refuse("the description has an extension id twice");
  }
  return {};
}

MediaChoice agree(const MediaDescription& local, const MediaDescription& remote) {
  MediaChoice agreed;
  for (const StreamKind kind : {StreamKind::kAudio, StreamKind::kVideo}) {
    const StreamDescription* ours = find(local, kind);
    const StreamDescription* theirs = find(remote, kind);
    if (ours == nullptr || theirs == nullptr) continue;
    (kind == StreamKind::kAudio ? agreed.send_audio : agreed.send_video) = ours->send && theirs->receive;
    (kind == StreamKind::kAudio ? agreed.receive_audio : agreed.receive_video) = ours->receive && theirs->send;
  }
  return agreed;
}

Result<transport::PeerTransportOptions> transport_options(const MediaDescription& local, const MediaDescription& remote,
                                                          const MediaChoice& choice) {
  std::set<uint32_t> ours;
  for (const StreamDescription& stream : local.streams) {
    ours.insert(stream.ssrc);
    if (stream.rtx_ssrc) ours.insert(*stream.rtx_ssrc);
  }
  transport::PeerTransportOptions options;
  options.cname = local.cname;
  options.send_mid_extension_id = remote.mid_extension_id;
  options.send_transport_sequence_extension_id = remote.transport_sequence_extension_id;
  options.receive_mid_extension_id = local.mid_extension_id;
  options.receive_transport_sequence_extension_id = local.transport_sequence_extension_id;
  options.video_target = DataRate::bps(kMaxVideoBitrate);
  for (const StreamKind kind : {StreamKind::kAudio, StreamKind::kVideo}) {
    const bool audio = kind == StreamKind::kAudio;
    const MediaKind media_kind = audio ? MediaKind::kAudio : MediaKind::kVideo;
    const StreamDescription* mine = find(local, kind);
    const StreamDescription* theirs = find(remote, kind);
    if (mine == nullptr || theirs == nullptr) continue;
    if (ours.contains(theirs->ssrc) || (theirs->rtx_ssrc && ours.contains(*theirs->rtx_ssrc))) {
      return Error{ErrorCode::kRefused, "the other side uses an SSRC of this side"};
    }
    if (audio ? choice.send_audio : choice.send_video) options.send.push_back(configure(media_kind, *theirs, *mine));
    if (audio ? choice.receive_audio : choice.receive_video) {
      options.receive.push_back(configure(media_kind, *mine, *theirs));
    }
    if (!audio && theirs->max_bitrate_bps != 0) {
      options.video_target =
          DataRate::bps(std::clamp<int64_t>(theirs->max_bitrate_bps, kMinVideoBitrate, kMaxVideoBitrate));
    }
  }
  return options;
}

}  // namespace sotto::engine
