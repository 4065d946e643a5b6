#include "media/audio/audio_playout.hpp"

#include <algorithm>

namespace sotto::media {
namespace {

// Made-up sound is believable for a few syllables' worth at the most: full for 120 ms, gone after 180.
constexpr size_t kFadeBegins = 5760;
constexpr size_t kFadeEnds = 8640;

// Cuts are at least 100 ms apart, and 2.5 ms long: below any period of a voice there is nothing to find.
constexpr int kPacketsBetweenCuts = 5;
constexpr size_t kLeastCut = 120;

// How alike the ends of a cut have to be: very, at first; the longer the wait, the less.
constexpr double kLikenessAtFirst = 0.95;
constexpr double kLikenessAtLast = 0.5;
constexpr double kLikenessLostPerPacket = 0.006;  // 0.3 a second

int16_t faded(int16_t sample, size_t made_up) {
  if (made_up < kFadeBegins) return sample;
  if (made_up >= kFadeEnds) return 0;
  const auto left = static_cast<int32_t>(kFadeEnds - made_up);
  return static_cast<int16_t>(sample * left / static_cast<int32_t>(kFadeEnds - kFadeBegins));
}

}  // namespace

int AudioPlayout::perform(const PlayoutStep& step) {
  switch (step.kind) {
    case PlayoutStep::Kind::kSilence: {
      // The sound that stopped has faded long ago; what may be left over is the end of a stream that was replaced.
      begin_concealment();
      made_up_ = std::max(made_up_, kFadeBegins);
      conceal(kAudioBlockSamples - ready_.size());
      return 0;
    }
    case PlayoutStep::Kind::kConceal:
      conceal(static_cast<size_t>(step.samples));
      return 0;
    case PlayoutStep::Kind::kPrime:
      decode_packet(step);
      return 0;
    case PlayoutStep::Kind::kDecode:
      return decode(step);
  }
  return 0;
}

void AudioPlayout::take(std::span<int16_t, kAudioBlockSamples> out) {
  std::copy_n(ready_.view().begin(), out.size(), out.begin());
  ready_.drop_front(out.size());
}

void AudioPlayout::conceal(size_t samples) {
  begin_concealment();
  make_up(samples);
  ready_.append(ahead_.view().first(samples));
  ahead_.drop_front(samples);
}

void AudioPlayout::begin_concealment() {
  if (concealing_) return;
  concealing_ = true;
  concealer_.copy_state_from(decoder_);
  ahead_.clear();
  made_up_ = 0;
}

/// Makes sure that at least `samples` made-up ones are there.
void AudioPlayout::make_up(size_t samples) {
  while (ahead_.size() < samples) {
    const std::span<int16_t> block = ahead_.append(kAudioBlockSamples);
    if (made_up_ < kFadeEnds) {
      concealer_.conceal(block.first<kAudioBlockSamples>());
      for (int16_t& sample : block) sample = faded(sample, made_up_++);
    } else {
      std::fill(block.begin(), block.end(), int16_t{0});
    }
  }
}

/// Decodes the packet into decoded_. Of a packet that cannot be decoded, nothing is kept.
bool AudioPlayout::decode_packet(const PlayoutStep& step) {
  if (step.new_stream) {
    decoder_.reset();
  } else if (!step.follows_last && concealing_) {
    decoder_.copy_state_from(concealer_);
  }
  const std::optional<size_t> samples = decoder_.decode(step.packet.payload, decoded_);
  decoded_samples_ = samples.value_or(0);
  return samples.has_value();
}

int AudioPlayout::decode(const PlayoutStep& step) {
  // A join is needed wherever the sound does not simply go on.
  const bool joins = concealing_ || step.skip > 0 || step.new_stream || !step.follows_last;
  if (joins) {
    begin_concealment();
    make_up(kJoinSamples);
  }
  if (!decode_packet(step)) {
    conceal(static_cast<size_t>(step.packet.samples - step.skip));
    return 0;
  }
  const std::span<int16_t> sound = std::span(decoded_).first(decoded_samples_).subspan(static_cast<size_t>(step.skip));
  if (joins) {
    const size_t length = std::min(kJoinSamples, sound.size());
    cross_fade(ahead_.view().first(length), sound.first(length));
    concealing_ = false;
  }
  ready_.append(sound);
  ++since_cut_;
  return step.may_remove > 0 && !joins ? shorten(static_cast<size_t>(step.may_remove)) : 0;
}

/// Cuts up to `most` samples out of what is ready, if that can be done unheard.
int AudioPlayout::shorten(size_t most) {
  if (most < kLeastCut) {
    since_wish_ = 0;
    return 0;
  }
  ++since_wish_;
  if (since_cut_ < kPacketsBetweenCuts) return 0;
  if (ready_.size() < kAudioBlockSamples + kLeastCut) return 0;
  // A whole block has to be left.
  most = std::min({most, ready_.size() - kAudioBlockSamples, ready_.size() - kJoinSamples});
  const Cut cut = find_cut(ready_.view(), kLeastCut, most);
  const double demanded = std::max(kLikenessAtLast, kLikenessAtFirst - kLikenessLostPerPacket * since_wish_);
  if (cut.likeness < demanded) return 0;
  apply_cut(ready_.view(), cut.samples);
  ready_.drop_front(cut.samples);
  since_cut_ = 0;
  since_wish_ = 0;
  return static_cast<int>(cut.samples);
}

}  // namespace sotto::media
