#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/packet_buffer.hpp"
#include "media/audio/audio_receiver.hpp"
#include "media/audio/audio_sender.hpp"
#include "media/audio/opus_decoder.hpp"
#include "media/audio/opus_encoder.hpp"
#include "media/audio/opus_packet.hpp"
#include "media/video/video_frame_encoder.hpp"
#include "media/video/vp8_decoder.hpp"
#include "media/video/vp8_encoder.hpp"
#include "tools/bench/bench_command.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/prepared_media.hpp"
#include "tools/bench/side_by_side.hpp"
#include "tools/settings/account_options.hpp"

namespace sotto::tools {
namespace {

constexpr int kDefaultRounds = 15;
constexpr int kPictures = 30;  // a second
constexpr int kPackets = 50;   // a second
constexpr Duration kInterval = Duration(1s) / kPictures;
constexpr std::array kSizes = {std::pair(640, 360), std::pair(1280, 720)};

/// Opus, a second of sound at a time.
class Sound {
 public:
  explicit Sound(std::shared_ptr<const PreparedMedia> media)
      : media_(std::move(media)), packets_(kPackets, Bytes(media::AudioEncoder::kMaxPacketSize)), sizes_(kPackets) {}

  void encode() {
    for (size_t i = 0; i < kPackets; ++i) {
      std::array<int16_t, media::OpusEncoder::kFrameSamples> samples;
      for (size_t half : {size_t{0}, kAudioBlockSamples}) {
        const PreparedMedia::Block& block = media_->block(next_++);
        std::copy(block.begin(), block.end(), samples.begin() + static_cast<std::ptrdiff_t>(half));
      }
      sizes_[i] = encoder_.encode(samples, packets_[i]);
    }
  }

  /// What was encoded last.
  void decode() {
    std::array<int16_t, media::kMaxOpusPacketSamples> samples;
    for (size_t i = 0; i < kPackets; ++i) {
      SOTTO_ASSERT(decoder_.decode(ByteView(packets_[i]).first(sizes_[i]), samples));
    }
  }

 private:
  const std::shared_ptr<const PreparedMedia> media_;
  media::OpusEncoder encoder_{media::AudioSenderOptions{}.bitrate};
  media::OpusDecoder decoder_;
  int64_t next_ = 0;
  std::vector<Bytes> packets_;
  std::vector<size_t> sizes_;
};

/// The same sound from microphone to loudspeaker, but for the network: what is around the codec as well.
class SoundPath {
 public:
  explicit SoundPath(std::shared_ptr<const PreparedMedia> media) : media_(std::move(media)) {}

  void run() {
    for (int64_t i = 0; i < kPackets; ++i, now_ += 20ms) {
      const bool early = sender_.push(media_->block(next_++), now_).has_value();
      const auto packet = sender_.push(media_->block(next_++), now_ + 10ms);
      SOTTO_ASSERT(!early && packet);
      receiver_.on_payload(next_ / 2, packet->rtp_timestamp, packet->payload->view(), now_ + 10ms);
      std::array<int16_t, kAudioBlockSamples> block;
      for (const Duration tick : {12ms, 22ms}) receiver_.play(block, now_ + tick);
    }
  }

 private:
  const std::shared_ptr<const PreparedMedia> media_;
  media::AudioSender sender_{{}, PacketPool::create()};
  media::AudioReceiver receiver_;
  int64_t next_ = 0;
  Timestamp now_{1000s};
};

/// VP8, a second of pictures at a time.
class Pictures {
 public:
  Pictures(std::shared_ptr<const PreparedMedia> media, media::Vp8Encoder encoder)
      : media_(std::move(media)),
        encoder_(std::move(encoder)),
        decoder_(encoder_.options().width, encoder_.options().height, 1) {}

  void encode() {
    coded_.clear();
    for (int i = 0; i < kPictures; ++i, ++next_) {
      const auto picture = encoder_.encode(*media_->picture(next_), next_ * kInterval, kInterval, next_ == 0);
      SOTTO_ASSERT(picture.ok());
      // Empty: the rate control has skipped it.
      if (!picture->data.empty()) coded_.emplace_back(picture->data.begin(), picture->data.end());
    }
  }

  /// What was encoded last.
  void decode() {
    for (const Bytes& picture : coded_) SOTTO_ASSERT(decoder_.decode(picture, true).ok());
  }

 private:
  const std::shared_ptr<const PreparedMedia> media_;
  media::Vp8Encoder encoder_;
  media::Vp8Decoder decoder_;
  int64_t next_ = 0;
  std::vector<Bytes> coded_;
};

std::string name_of(std::pair<int, int> size) { return std::to_string(size.first) + "x" + std::to_string(size.second); }

Result<std::shared_ptr<const PreparedMedia>> prepare(std::pair<int, int> size) {
  const auto feed = make_media_feed({.video = {}, .audio = {}, .width = size.first, .height = size.second});
  if (!feed) return feed.error();
  return PreparedMedia::take_from(**feed);
}

Result<std::vector<Entry>> entries() {
  std::vector<Entry> entries;
  for (const auto& size : kSizes) {
    const auto media = prepare(size);
    if (!media) return media.error();
    if (entries.empty()) {
      const auto sound = std::make_shared<Sound>(*media);
      entries.push_back({"opus_encode", "Opus, encode 20 ms", {kPackets, {}, [sound] { sound->encode(); }}});
      entries.push_back({"opus_decode", "Opus, decode 20 ms", {kPackets, {}, [sound] { sound->decode(); }}});
      const auto path = std::make_shared<SoundPath>(*media);
      entries.push_back({"sound_path",
                         "sound, microphone to loudspeaker, 20 ms",
                         {kPackets, {}, [path] { path->run(); }},
                         {{"Opus", {"opus_encode", "opus_decode"}}}});
    }
    auto encoder = media::Vp8Encoder::create({.width = size.first,
                                              .height = size.second,
                                              .frame_rate = kPictures,
                                              .target = media::suggested_max_bitrate(size.first, size.second),
                                              .cores = 1});
    if (!encoder) return encoder.error();
    const auto pictures = std::make_shared<Pictures>(*media, std::move(*encoder));
    const std::string name = name_of(size);
    entries.push_back({"vp8_encode_" + name, "VP8, encode a picture of " + name, {kPictures, {}, [pictures] {
                                                                                    pictures->encode();
                                                                                  }}});
    entries.push_back({"vp8_decode_" + name, "VP8, decode a picture of " + name, {kPictures, {}, [pictures] {
                                                                                    pictures->decode();
                                                                                  }}});
  }
  return entries;
}

/// CPU seconds that one of the codecs takes in a second of a call.
std::vector<double> load(const SideBySide& measured, const std::string& key) {
  const int operations = key.starts_with("vp8") ? kPictures : kPackets;
  return scaled(measured.nanoseconds({key}), operations / 1e9);
}

/// What one end of a call spends in all of its codecs.
Figure end_of_call(const SideBySide& measured, std::pair<int, int> size) {
  const std::string name = name_of(size);
  const std::vector<double> sound = sums(load(measured, "opus_encode"), load(measured, "opus_decode"));
  const std::vector<double> pictures = sums(load(measured, "vp8_encode_" + name), load(measured, "vp8_decode_" + name));
  return {"end_" + name, "one end of a call with sound and " + name, "CPU s a second",
          spread_of(sums(sound, pictures))};
}

int run(const BenchOptions& options) {
  Progress progress("sotto bench codecs");
  progress.show("making pictures");
  auto contestants = entries();
  if (!contestants) return report_failure("bench", contestants.error());
  const auto on_round = [&](int round) { progress.show_round(round, options.rounds); };
  const SideBySide measured(std::move(*contestants), {options.rounds, 1, on_round});

  std::vector<Figure> figures = measured.figures("us", 1000);
  for (size_t i = 0, codecs = figures.size(); i < codecs; ++i) {
    figures.push_back({figures[i].key + "_load", figures[i].what + ", in a call", "CPU s a second",
                       spread_of(load(measured, figures[i].key))});
  }
  for (const auto& size : kSizes) figures.push_back(end_of_call(measured, size));
  return print({"codecs", {{"rounds", options.rounds}}, std::move(figures)}, options);
}

}  // namespace

Command codecs_bench(CLI::App& bench) {
  auto options = std::make_shared<BenchOptions>(BenchOptions{.rounds = kDefaultRounds});
  CLI::App* const command =
      bench.add_subcommand("codecs", "What Opus and VP8 cost, as sotto sets them up: CPU time, one thread");
  add_bench_options(*command, *options);
  return {command, [options] { return run(*options); }};
}

}  // namespace sotto::tools
