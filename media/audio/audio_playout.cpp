#include "media/audio/audio_playout.hpp"

#include <algorithm>

namespace sotto::media {
namespace {

// Made-up sound is believable for a few syllables' worth at the most: full for 120 ms, gone after 180. What is left is
// the background, for the second in which the sender may still come back; then that goes as well.
constexpr size_t kFadeBegins = 5760;
constexpr size_t kFadeEnds = 8640;
constexpr size_t kNoiseFades = 48'000;
constexpr size_t kNoiseEnds = 72'000;

// Cuts are at least 100 ms apart, and 2.5 ms long: below any period of a voice there is nothing to find.
constexpr int kPacketsBetweenCuts = 5;
constexpr size_t kLeastCut = 120;

// How alike the ends of a cut have to be: very, at first; the longer the wait, the less. Noise is like nothing, but
// there a cut is hardly heard either: after 3.2 s anything will do.
constexpr double kLikenessAtFirst = 0.95;
constexpr double kLikenessLostPerPacket = 0.006;  // 0.3 a second
constexpr int kLongestWish = 160;                 // packets

// Where it is urgent, NetEq's fast mode: half as alike will do, in every second packet, which makes 20 to 25 % of all.
constexpr double kUrgentLikeness = 0.5;
constexpr int kPacketsBetweenUrgentCuts = 2;

// After a cut, the demands are those of so many packets ago: in noise a cut comes each 0.3 s, which wins 120 ms back
// within 10 s, and in a voice the next one has to be as good as the last again.
constexpr int kWishGrantedByCut = 15;

// Stretches are 60 ms apart at least. What is not won by them may have to be made up, so that their demands fall
// faster: in a second nothing is left of them.
constexpr int kPacketsBetweenStretches = 3;
constexpr double kStretchLikenessAtFirst = 0.9;
constexpr double kStretchLikenessLostPerPacket = 0.02;

int16_t faded(int16_t sample, size_t made_up) {
  if (made_up < kFadeBegins) return sample;
  if (made_up >= kFadeEnds) return 0;
  const auto left = static_cast<int32_t>(kFadeEnds - made_up);
  return static_cast<int16_t>(sample * left / static_cast<int32_t>(kFadeEnds - kFadeBegins));
}

/// How much of the background is heard behind so many made-up samples.
double share_of_noise(size_t made_up) {
  constexpr auto kFade = static_cast<double>(kFadeEnds - kFadeBegins);
  constexpr auto kEnd = static_cast<double>(kNoiseEnds - kNoiseFades);
  const auto at = static_cast<double>(made_up);
  return std::clamp(std::min((at - kFadeBegins) / kFade, (kNoiseEnds - at) / kEnd), 0.0, 1.0);
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
  // Block by block: a packet that was refused may stand for 120 ms, and no more than two blocks fit into ahead_.
  while (samples > 0) {
    const size_t piece = std::min<size_t>(samples, kAudioBlockSamples);
    make_up(piece);
    ready_.append(ahead_.view().first(piece));
    ahead_.drop_front(piece);
    samples -= piece;
  }
}

void AudioPlayout::begin_concealment() {
  if (concealing_) return;
  concealing_ = true;
  concealer_->copy_state_from(*decoder_);
  ahead_.clear();
  made_up_ = 0;
}

/// Makes sure that at least `samples` made-up ones, a block at the most, are there.
void AudioPlayout::make_up(size_t samples) {
  while (ahead_.size() < samples) {
    const std::span<int16_t> block = ahead_.append(kAudioBlockSamples);
    if (made_up_ < kFadeEnds) {
      concealer_->conceal(block.first<kAudioBlockSamples>());
      for (size_t i = 0; i < block.size(); ++i) block[i] = faded(block[i], made_up_ + i);
    } else {
      std::fill(block.begin(), block.end(), int16_t{0});
    }
    const size_t until = std::min(made_up_ + block.size(), kNoiseEnds);
    background_.add_to(block, share_of_noise(made_up_), share_of_noise(until));
    made_up_ = until;
  }
}

/// Decodes the packet into decoded_. Of a packet that cannot be decoded, nothing is kept.
bool AudioPlayout::decode_packet(const PlayoutStep& step) {
  if (step.new_stream) {
    decoder_->reset();
  } else if (!step.follows_last && concealing_) {
    decoder_->copy_state_from(*concealer_);
  }
  if (step.is_copy) {
    decoded_samples_ = static_cast<size_t>(step.packet.samples);
    return decoder_->decode_copy(step.packet.payload, std::span(decoded_).first(decoded_samples_));
  }
  const std::optional<size_t> samples = decoder_->decode(step.packet.payload, decoded_);
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
  background_.observe(sound);
  if (joins) {
    const size_t length = std::min(kJoinSamples, sound.size());
    cross_fade(ahead_.view().first(length), sound.first(length));
    concealing_ = false;
  }
  ready_.append(sound);
  ++since_cut_;
  ++since_stretch_;
  if (!step.may_insert) since_need_ = 0;
  if (joins) return 0;
  if (step.may_insert) return lengthen();
  return step.may_remove > 0 ? -shorten(static_cast<size_t>(step.may_remove), step.urgent) : 0;
}

/// Repeats up to a block of what is ready, if that can be done unheard.
int AudioPlayout::lengthen() {
  ++since_need_;
  if (since_stretch_ < kPacketsBetweenStretches) return 0;
  const std::span<int16_t> sound = ready_.view();
  if (sound.size() < kAudioBlockSamples + kJoinSamples || sound.size() + kAudioBlockSamples > kMostReady) return 0;
  const Cut repeat = find_cut(sound, kLeastCut, kAudioBlockSamples);
  if (repeat.likeness < kStretchLikenessAtFirst - kStretchLikenessLostPerPacket * since_need_) return 0;
  const std::span<int16_t> longer = std::span(stretched_).first(sound.size() + repeat.samples);
  repeat_beginning(sound, repeat.samples, longer);
  ready_.clear();
  ready_.append(longer);
  since_stretch_ = 0;
  return static_cast<int>(repeat.samples);
}

/// Cuts up to `most` samples out of what is ready, if that can be done unheard.
int AudioPlayout::shorten(size_t most, bool urgent) {
  if (most < kLeastCut) {
    since_wish_ = 0;
    return 0;
  }
  since_wish_ = std::min(since_wish_ + 1, kLongestWish);
  if (since_cut_ < (urgent ? kPacketsBetweenUrgentCuts : kPacketsBetweenCuts)) return 0;
  if (ready_.size() < kAudioBlockSamples + kLeastCut) return 0;
  // A whole block has to be left.
  most = std::min({most, ready_.size() - kAudioBlockSamples, ready_.size() - kJoinSamples});
  const Cut cut = find_cut(ready_.view(), kLeastCut, most);
  const double demanded =
      std::min(urgent ? kUrgentLikeness : kLikenessAtFirst, kLikenessAtFirst - kLikenessLostPerPacket * since_wish_);
  if (cut.likeness < demanded) return 0;
  apply_cut(ready_.view(), cut.samples);
  ready_.drop_front(cut.samples);
  since_cut_ = 0;
  since_wish_ = std::max(0, since_wish_ - (urgent ? kPacketsBetweenUrgentCuts : kWishGrantedByCut));
  return static_cast<int>(cut.samples);
}

}  // namespace sotto::media
