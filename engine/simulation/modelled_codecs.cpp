#include "engine/simulation/modelled_codecs.hpp"

#include <algorithm>
#include <utility>

#include "engine/simulation/model_encoder.hpp"
#include "media/audio/opus_packet.hpp"
#include "media/video/vp8_payload_descriptor.hpp"

namespace sotto::simulation {
namespace {

using media::AudioDecoder;
using media::AudioEncoder;
using media::VideoDecoder;
using media::VideoEncoder;
using media::Vp8EncoderOptions;
using media::Vp8Picture;

// A packet of one frame of 20 ms, CELT, full band, mono (RFC 6716 3.1).
constexpr uint8_t kTableOfContents = 31 << 3;
constexpr int64_t kPacketsPerSecond = 50;
constexpr int16_t kSound = 1000;

class ModelledAudioEncoder final : public AudioEncoder {
 public:
  explicit ModelledAudioEncoder(DataRate bitrate)
      : size_(static_cast<size_t>(std::max<int64_t>(bitrate.bps() / 8 / kPacketsPerSecond, 2))) {}

  size_t encode(std::span<const int16_t, kFrameSamples> frame, MutableByteView out) override {
    const MutableByteView packet = out.first(size_);
    std::ranges::fill(packet, uint8_t{0});
    packet[0] = kTableOfContents;
    packet[1] = std::ranges::any_of(frame, [](int16_t sample) { return sample != 0; }) ? 1 : 0;
    return packet.size();
  }

 private:
  const size_t size_;
};

class ModelledAudioDecoder final : public AudioDecoder {
 public:
  std::optional<size_t> decode(ByteView packet, std::span<int16_t> out) override {
    const std::optional<int> samples = media::opus_packet_samples(packet);
    if (!samples || static_cast<size_t>(*samples) > out.size() || packet.size() < 2) return std::nullopt;
    std::ranges::fill(out.first(static_cast<size_t>(*samples)), packet[1] != 0 ? kSound : int16_t{0});
    return static_cast<size_t>(*samples);
  }
  bool decode_copy(ByteView, std::span<int16_t>) override { return false; }  // Its packets carry none.
  void conceal(std::span<int16_t, 480> out) override { std::ranges::fill(out, int16_t{0}); }
  void copy_state_from(const AudioDecoder&) override {}
  void reset() override {}
};

// A modelled picture: VP8's frame header (RFC 6386 9.1), its number, the number of the one that it refers to, zeros.
constexpr size_t kKeyFrameHeader = 10;
constexpr size_t kFrameHeader = 3;
constexpr uint32_t kNothing = 0xffffffff;  // a key frame refers to it
constexpr size_t kNumbers = 8;
constexpr int kMiddlingQuantizer = 30;

class ModelledVideoEncoder final : public VideoEncoder {
 public:
  ModelledVideoEncoder(const Vp8EncoderOptions& options, uint64_t seed)
      : options_(options), model_(options.target, seed) {}

  Result<Vp8Picture> encode(const VideoBuffer&, Duration time, Duration, bool key_frame) override {
    if (key_frame) model_.request_key_frame();
    const int key_frames = model_.key_frames();
    const std::optional<size_t> size = model_.encode(Timestamp(time));
    if (!size) return Vp8Picture{};
    const bool key = model_.key_frames() > key_frames;
    data_.assign(std::max(*size, kKeyFrameHeader + kNumbers), 0);
    write(key);
    return Vp8Picture{.data = data_, .key_frame = key, .quantizer = kMiddlingQuantizer};
  }
  Result<void> set_target(DataRate target) override {
    model_.set_target(target);
    return {};
  }
  const Vp8EncoderOptions& options() const override { return options_; }

 private:
  void write(bool key) {
    const auto partition = static_cast<uint32_t>(kNumbers);
    const uint32_t tag = (key ? 0U : 1U) | 1U << 4 | partition << 5;
    ByteWriter writer(data_);
    for (int shift : {0, 8, 16}) writer.u8(static_cast<uint8_t>(tag >> shift));  // little-endian, as is the size
    if (key) {
      writer.u24(0x9d012a);
      for (const int side : {options_.width, options_.height}) {
        writer.u8(static_cast<uint8_t>(side));
        writer.u8(static_cast<uint8_t>(side >> 8));
      }
    }
    writer.u32(number_);
    writer.u32(key ? kNothing : number_ - 1);
    ++number_;
  }

  const Vp8EncoderOptions options_;
  ModelEncoder model_;
  Bytes data_;
  uint32_t number_ = 0;
};

class ModelledVideoDecoder final : public VideoDecoder {
 public:
  Result<std::shared_ptr<const VideoBuffer>> decode(ByteView frame, bool show) override {
    const auto header = media::parse_vp8_frame_header(frame);
    if (!header) return header.error();
    ByteReader numbers(frame.subspan(std::min(header->key_frame ? kKeyFrameHeader : kFrameHeader, frame.size())));
    const uint32_t number = numbers.u32();
    const uint32_t reference = numbers.u32();
    if (!numbers.ok()) return Error{ErrorCode::kMalformed, "not a modelled picture"};
    if (!header->key_frame && !last_) return Error{ErrorCode::kUnavailable, "decoding starts with a key frame"};
    if (!header->key_frame && *last_ != reference) {
      last_.reset();
      return Error{ErrorCode::kMalformed, "what the picture refers to was not decoded"};
    }
    last_ = number;
    if (header->key_frame &&
        (!picture_ || picture_->width() != header->width || picture_->height() != header->height)) {
      picture_ = std::make_shared<VideoBuffer>(header->width, header->height);
    }
    return show ? std::shared_ptr<const VideoBuffer>(picture_) : nullptr;
  }

 private:
  std::optional<uint32_t> last_;
  std::shared_ptr<VideoBuffer> picture_;
};

}  // namespace

std::unique_ptr<AudioEncoder> ModelledAudioCodec::make_encoder(DataRate bitrate) const {
  return std::make_unique<ModelledAudioEncoder>(bitrate);
}

std::unique_ptr<AudioDecoder> ModelledAudioCodec::make_decoder() const {
  return std::make_unique<ModelledAudioDecoder>();
}

Result<std::unique_ptr<VideoEncoder>> ModelledVideoCodec::make_encoder(const Vp8EncoderOptions& options) const {
  return std::unique_ptr<VideoEncoder>(std::make_unique<ModelledVideoEncoder>(options, seed_));
}

std::unique_ptr<VideoDecoder> ModelledVideoCodec::make_decoder(int, int, int) const {
  return std::make_unique<ModelledVideoDecoder>();
}

Result<std::unique_ptr<VideoEncoder>> OneCoreVp8::make_encoder(const Vp8EncoderOptions& options) const {
  Vp8EncoderOptions one_core = options;
  one_core.cores = 1;
  return media::vp8().make_encoder(one_core);
}

std::unique_ptr<VideoDecoder> OneCoreVp8::make_decoder(int max_width, int max_height, int) const {
  return media::vp8().make_decoder(max_width, max_height, 1);
}

}  // namespace sotto::simulation
