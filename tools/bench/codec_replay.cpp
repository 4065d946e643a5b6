#include "tools/bench/codec_replay.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/assert.hpp"
#include "base/packet_buffer.hpp"
#include "media/audio/audio_sender.hpp"
#include "media/audio/opus_decoder.hpp"
#include "media/audio/opus_encoder.hpp"
#include "media/audio/opus_packet.hpp"
#include "media/video/video_frame_encoder.hpp"
#include "media/video/vp8_decoder.hpp"
#include "media/video/vp8_packetizer.hpp"
#include "transport/peer_transport.hpp"

namespace sotto::tools {
namespace {

/// Runs on, and adds its time to `total` if asked to.
template <typename Work>
auto timed(CpuTime& total, bool counts, const Work& work) {
  const CpuTime start = process_cpu_time();
  auto result = work();
  if (counts) total += process_cpu_time() - start;
  return result;
}

media::VideoSenderOptions sender_options(DataRate target) {
  media::VideoSenderOptions options;
  options.target = target;
  options.max_payload_size = transport::PeerTransport::max_payload_size();
  return options;
}

/// What they would have cost for so many pictures. An encoder that is not free leaves pictures out, in a call; here it
/// has the time for all of them.
CodecCost for_pictures(CodecCost cost, uint64_t pictures) {
  if (cost.pictures == 0) return cost;
  const double part = static_cast<double>(pictures) / static_cast<double>(cost.pictures);
  for (CpuTime* const time : {&cost.picture_encode, &cost.picture_decode}) {
    *time = CpuTime(std::llround(static_cast<double>(time->count()) * part));
  }
  cost.pictures = pictures;
  return cost;
}

/// What one end sends, through its encoders and the other end's decoders.
class EndReplay {
 public:
  EndReplay(const PreparedMedia& media, const EndObservation& end, const CallObservation& call)
      : media_(media), end_(end), call_(call), pictures_(sender_options(end.targets.front().rate), pool_) {
    // What was captured before went nowhere.
    const Timestamp accepted = end.targets.front().time;
    while (next_picture_ < end.fed.pictures.size() && end.fed.pictures[next_picture_].time < accepted) ++next_picture_;
    while (next_block_ < end.fed.blocks.size() && end.fed.blocks[next_block_] < accepted) ++next_block_;
  }

  /// Does the next picture, and the sound before it. False: there is none.
  bool step(CodecCost& cost) {
    if (next_picture_ == end_.fed.pictures.size()) return false;
    const FeedLog::Picture picture = end_.fed.pictures[next_picture_++];
    while (next_block_ + 2 <= end_.fed.blocks.size() && end_.fed.blocks[next_block_ + 1] <= picture.time) sound(cost);
    while (next_target_ < end_.targets.size() && end_.targets[next_target_].time <= picture.time) {
      pictures_.set_target(end_.targets[next_target_++].rate);
    }
    show(picture, cost);
    return true;
  }

 private:
  bool counts(Timestamp captured) const { return captured >= call_.begin && captured < call_.end; }

  void show(const FeedLog::Picture& captured, CodecCost& cost) {
    const bool counted = counts(captured.time);
    const VideoFrame frame{media_.picture(captured.number), captured.time};
    // With what is around the codec in an encoder: making smaller, where the target asks for it, and cutting into
    // payloads, which is copying a few kilobytes.
    const auto encoded = timed(cost.picture_encode, counted, [&] { return pictures_.encode(frame); });
    if (!encoded) return;
    if (counted) ++cost.pictures;
    coded_.clear();
    for (const PacketHandle& payload : encoded->payloads) {
      append(coded_, payload->view().subspan(media::Vp8Packetizer::kDescriptorSize));
    }
    const auto shown = timed(cost.picture_decode, counted, [&] { return picture_decoder_.decode(coded_, true); });
    SOTTO_ASSERT(shown.ok());
  }

  void sound(CodecCost& cost) {
    const bool counted = counts(end_.fed.blocks[next_block_ + 1]);
    std::array<int16_t, media::OpusEncoder::kFrameSamples> samples;
    for (const size_t half : {size_t{0}, kAudioBlockSamples}) {
      const PreparedMedia::Block& block = media_.block(static_cast<int64_t>(next_block_++));
      std::copy(block.begin(), block.end(), samples.begin() + static_cast<std::ptrdiff_t>(half));
    }
    std::array<uint8_t, media::AudioEncoder::kMaxPacketSize> packet;
    const size_t size = timed(cost.sound_encode, counted, [&] { return sound_encoder_.encode(samples, packet); });
    std::array<int16_t, media::kMaxOpusPacketSamples> heard;
    SOTTO_ASSERT(timed(cost.sound_decode, counted,
                       [&] { return sound_decoder_.decode(ByteView(packet).first(size), heard).has_value(); }));
  }

  const PreparedMedia& media_;
  const EndObservation& end_;
  const CallObservation& call_;
  size_t next_picture_ = 0;
  size_t next_block_ = 0;
  size_t next_target_ = 1;
  const std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  media::VideoFrameEncoder pictures_;
  media::Vp8Decoder picture_decoder_{media::kMaxVideoDimension, media::kMaxVideoDimension, 1};
  media::OpusEncoder sound_encoder_{media::AudioSenderOptions{}.bitrate};
  media::OpusDecoder sound_decoder_;
  Bytes coded_;
};

}  // namespace

CodecCost replay_codecs(const LoopbackCallOptions& options, const CallObservation& call) {
  CodecCost cost;
  EndReplay alice(*options.media[0], call.ends[0], call);
  EndReplay bob(*options.media[1], call.ends[1], call);
  // In turn, as in the call: neither finds the caches as it left them.
  for (bool more = true; more;) {
    more = alice.step(cost);
    more = bob.step(cost) || more;
  }
  return for_pictures(cost, call.pictures);
}

}  // namespace sotto::tools
