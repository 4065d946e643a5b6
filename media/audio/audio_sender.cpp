#include "media/audio/audio_sender.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "media/audio/redundant_payload.hpp"

namespace sotto::media {
namespace {

constexpr Duration kBlockTime = 10ms;

// A capture thread that was held up hands over its blocks late but all of them, and that is no gap. Such hiccups stay
// well under 100 ms; what is longer is a device that stopped.
constexpr Duration kLeastGap = 100ms;

// After a second without packets a receiver takes the next one for a new beginning: it must not be an old one, or the
// gap would be waited for again.
constexpr int64_t kForgottenAfter = 1s / kBlockTime;

// How fast the expected time of capture follows a sound card that is slower than the clock: 1/64 a block outruns any
// real card (1000 ppm are 10 us a block) and still hardly moves on a block handed over late.
constexpr int kClockFollow = 64;

}  // namespace

class AudioSender::State {
 public:
  State(AudioSenderOptions options, std::shared_ptr<PacketPool> pool)
      : encoder_(options.codec->make_encoder(options.bitrate)),
        pool_(std::move(pool)),
        payload_type_(options.payload_type),
        timestamp_(options.first_rtp_timestamp) {}

  std::optional<EncodedAudio> push(std::span<const int16_t, kAudioBlockSamples> block, Timestamp captured) {
    std::optional<EncodedAudio> packet;
    if (const int64_t missing = missing_blocks(captured); missing > 0) {
      // What was begun before the gap goes out with silence behind it; its second block counts as one of the missing.
      int64_t left = missing;
      if (filled_ > 0 && missing >= kForgottenAfter) {
        filled_ = 0;
        ++left;
      } else if (filled_ > 0) {
        std::fill(frame_.begin() + kAudioBlockSamples, frame_.end(), int16_t{0});
        packet = encode();
        --left;
      }
      timestamp_ += static_cast<uint32_t>(left) * static_cast<uint32_t>(kAudioBlockSamples);
      marker_ = true;
    }
    if (filled_ == 0) begun_ = *expected_ - 2 * kBlockTime;  // expected_ is the end of the block after this one
    std::copy(block.begin(), block.end(), frame_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += kAudioBlockSamples;
    if (filled_ == frame_.size()) packet = encode();
    return packet;
  }

  void set_copies(int copies) { copies_ = std::clamp(copies, 0, kMaxAudioCopies); }

 private:
  /// How many blocks the sound card must have missed before the one captured at `captured`.
  int64_t missing_blocks(Timestamp captured) {
    if (!expected_) expected_ = captured;
    const Duration late = captured - *expected_;
    int64_t missing = 0;
    if (late >= kLeastGap) {
      missing = late / kBlockTime;
      expected_ = captured;
    } else if (late < Duration::zero()) {
      expected_ = captured;
    } else {
      *expected_ += late / kClockFollow;
    }
    *expected_ += kBlockTime;
    return missing;
  }

  EncodedAudio encode() {
    const ByteView packet = MutableByteView(packet_).first(encoder_->encode(frame_, packet_));
    std::array<RedundantBlock, RecentPackets::kKept> storage;
    const std::span<const RedundantBlock> copies = recent_.copies(timestamp_, payload_type_, copies_, storage);
    EncodedAudio encoded{.payload = pool_->take(),
                         .redundant = !copies.empty(),
                         .rtp_timestamp = timestamp_,
                         .marker = std::exchange(marker_, false),
                         .captured = begun_};
    if (encoded.redundant) {
      ByteWriter out(encoded.payload->append(redundant_payload_size(copies, packet)));
      write_redundant_payload(out, copies, payload_type_, packet);
    } else {
      encoded.payload->append_bytes(packet);
    }
    recent_.add(timestamp_, packet);
    timestamp_ += static_cast<uint32_t>(frame_.size());
    filled_ = 0;
    return encoded;
  }

  std::unique_ptr<AudioEncoder> encoder_;
  std::shared_ptr<PacketPool> pool_;
  const uint8_t payload_type_;
  std::atomic<int> copies_ = 0;
  RecentPackets recent_;
  std::array<uint8_t, AudioEncoder::kMaxPacketSize> packet_{};
  std::array<int16_t, AudioEncoder::kFrameSamples> frame_{};
  size_t filled_ = 0;
  uint32_t timestamp_;
  bool marker_ = true;
  Timestamp begun_{};                  ///< when the first sample in frame_ was captured
  std::optional<Timestamp> expected_;  ///< when the next block is captured, by the earliest of those before
};

AudioSender::AudioSender(AudioSenderOptions options, std::shared_ptr<PacketPool> pool)
    : state_(std::make_unique<State>(options, std::move(pool))) {}
AudioSender::~AudioSender() = default;

void AudioSender::set_copies(int copies) { state_->set_copies(copies); }

std::optional<EncodedAudio> AudioSender::push(std::span<const int16_t, kAudioBlockSamples> block, Timestamp captured) {
  return state_->push(block, captured);
}

}  // namespace sotto::media
