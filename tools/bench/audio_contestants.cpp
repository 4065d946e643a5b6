#include <array>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "media/audio/audio_receiver.hpp"
#include "media/audio/audio_sender.hpp"
#include "media/audio/jitter_buffer.hpp"
#include "media/audio/opus_decoder.hpp"
#include "media/audio/opus_encoder.hpp"
#include "media/audio/opus_packet.hpp"
#include "media/device/test_sound.hpp"
#include "tools/bench/media_contestants.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kPackets = 50;  // a second of sound
constexpr int64_t kPacketSamples = 960;
constexpr int kBlock = static_cast<int>(kAudioBlockSamples);

/// A second of the test voice, which is repeated for ever.
std::vector<Bytes> opus_packets() {
  media::TestSpeech voice;
  media::OpusEncoder encoder(media::AudioSenderOptions{}.bitrate);
  std::vector<Bytes> packets;
  for (size_t i = 0; i < kPackets; ++i) {
    std::array<int16_t, kPacketSamples> samples;
    voice.next(std::span(samples).first<kAudioBlockSamples>());
    voice.next(std::span(samples).last<kAudioBlockSamples>());
    Bytes packet(media::AudioEncoder::kMaxPacketSize);
    packet.resize(encoder.encode(samples, packet));
    packets.push_back(std::move(packet));
  }
  return packets;
}

/// Packets that come each 20 ms, as of a perfect network.
class Arrivals {
 public:
  struct Arrival {
    int64_t sequence;
    uint32_t rtp_timestamp;
    ByteView payload;
    Timestamp time;
  };

  Arrival next() {
    const int64_t number = next_++;
    return {number, static_cast<uint32_t>(number * kPacketSamples),
            packets_[static_cast<size_t>(number) % packets_.size()], Timestamp(1000s) + number * 20ms};
  }

 private:
  const std::vector<Bytes> packets_ = opus_packets();
  int64_t next_ = 0;
};

/// Does what the sound thread does with a jitter buffer, but for the sound.
class BareBuffer {
 public:
  void run() {
    for (size_t i = 0; i < kPackets; ++i) {
      const Arrivals::Arrival packet = arrivals_.next();
      buffer_.insert(packet.sequence, packet.rtp_timestamp, packet.payload, packet.time);
      play(packet.time + 1ms);
      play(packet.time + 11ms);
    }
    // Nothing is late, so but for the first packets all have been played.
    SOTTO_ASSERT(buffer_.statistics().late == 0 && buffer_.statistics().discarded == 0);
  }

 private:
  void play(Timestamp now) {
    using Kind = media::PlayoutStep::Kind;
    while (ready_ < kBlock) {
      const media::PlayoutStep step = buffer_.next(now, ready_, memory_);
      switch (step.kind) {
        case Kind::kSilence:
          ready_ = kBlock;
          break;
        case Kind::kConceal:
          ready_ += step.samples;
          break;
        case Kind::kDecode:
          ready_ += step.packet.samples - step.skip;
          break;
        case Kind::kPrime:
          break;
      }
    }
    ready_ -= kBlock;
  }

  Arrivals arrivals_;
  media::JitterBuffer buffer_{media::AudioReceiverOptions{}.max_delay};
  std::array<uint8_t, media::PacketStore::kMaxPayload> memory_{};
  int ready_ = 0;
};

}  // namespace

size_t opus_packet_size() { return opus_packets().front().size(); }

Contestant jitter_buffer() {
  const auto buffer = std::make_shared<BareBuffer>();
  return {kPackets, {}, [buffer] { buffer->run(); }};
}

Contestant audio_receiver() {
  const auto receiver = std::make_shared<media::AudioReceiver>();
  const auto arrivals = std::make_shared<Arrivals>();
  return {kPackets, {}, [receiver, arrivals] {
            std::array<int16_t, kAudioBlockSamples> block;
            for (size_t i = 0; i < kPackets; ++i) {
              const Arrivals::Arrival packet = arrivals->next();
              receiver->on_payload(packet.sequence, packet.rtp_timestamp, packet.payload, packet.time);
              receiver->play(block, packet.time + 1ms);
              receiver->play(block, packet.time + 11ms);
            }
          }};
}

Contestant opus_decoding() {
  const auto decoder = std::make_shared<media::OpusDecoder>();
  const auto arrivals = std::make_shared<Arrivals>();
  return {kPackets, {}, [decoder, arrivals] {
            std::array<int16_t, media::kMaxOpusPacketSamples> samples;
            for (size_t i = 0; i < kPackets; ++i) SOTTO_ASSERT(decoder->decode(arrivals->next().payload, samples));
          }};
}

}  // namespace sotto::tools
