#include "media/device/echo_trial.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

using Sound = std::vector<float>;

struct Span {
  size_t from, to;  ///< blocks of 10 ms
};

constexpr size_t kBlocks = 2000;
constexpr Span kSingleTalk{300, 800};
constexpr Span kDoubleTalk{800, 1400};
constexpr size_t kChange = 1400;
constexpr Span kSingleTalkLater{1600, 1800};
constexpr Span kNearAlone{1800, 2000};
// What somebody says has begun before it is measured, and the echo of the far end's last word is gone.
constexpr size_t kMargin = 40;

// Longer than any processing of sound on its way to a listener may take.
constexpr size_t kMostLatency = 2400;

// How long after the microphone's the loudspeaker's clock begins: its ticks fall between those of the microphone.
constexpr Duration kPhase = 4ms;

Span inner(Span span) { return {span.from + kMargin, span.to - kMargin}; }

bool within(Span span, size_t block) { return block >= span.from && block < span.to; }

std::span<const float> part(const Sound& sound, Span span, size_t later = 0) {
  const size_t from = span.from * kAudioBlockSamples + later;
  const size_t to = std::min(span.to * kAudioBlockSamples + later, sound.size());
  return std::span(sound).subspan(from, to - from);
}

double dot(std::span<const float> a, std::span<const float> b) {
  const size_t count = std::min(a.size(), b.size());
  std::array<float, 16> lanes{};
  double sum = 0;
  // Short enough for sums in single precision.
  for (size_t begin = 0; begin + 480 <= count; begin += 480) {
    lanes.fill(0);
    for (size_t i = begin; i < begin + 480; i += lanes.size()) {
      for (size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane] += a[i + lane] * b[i + lane];
    }
    for (const float lane : lanes) sum += lane;
  }
  return sum;
}

double energy(std::span<const float> sound) { return dot(sound, sound) + 1e-9; }

double decibels(double energy_ratio) { return 10 * std::log10(energy_ratio); }

/// Where in `sent` the near end is found again.
size_t find_latency(const Sound& near, const Sound& sent) {
  const Span window{kNearAlone.from + kMargin, kNearAlone.to - 10};
  size_t best = 0;
  double most = 0;
  for (size_t later = 0; later < kMostLatency; ++later) {
    const double likeness = std::abs(dot(part(near, window), part(sent, window, later)));
    if (likeness > most) most = likeness, best = later;
  }
  return best;
}

/// What one trial heard: near end and echo at the microphone, and what was sent.
struct Recording {
  Sound near, echo, sent;
};

Recording record(const EchoTrial& trial, const EchoSubject& subject) {
  Recording heard;
  for (Sound* sound : {&heard.near, &heard.echo, &heard.sent}) sound->reserve(kBlocks * kAudioBlockSamples);
  EchoRoomOptions at_first = trial.room;
  at_first.delay += kPhase;
  EchoRoom room(at_first);
  TestSpeech far_voice(2 * trial.seed), near_voice(2 * trial.seed + 1);
  const double near_gain = std::pow(10, trial.near_db / 20);
  std::array<int16_t, kAudioBlockSamples> block;
  std::array<double, kAudioBlockSamples> echo;
  uint64_t chance = trial.seed;
  const auto late = [&] {
    chance = chance * 6364136223846793005 + 1442695040888963407;  // Knuth
    return trial.jitter * static_cast<int>(chance >> 48) / 65536;
  };
  const Timestamp start{1000s};
  for (size_t tick = 0; tick < kBlocks; ++tick) {
    const Duration complete = static_cast<int>(tick + 1) * 10ms;
    if (tick == kChange && trial.delay_later) room.set_delay(*trial.delay_later + kPhase);
    while (room.next_play() + kPhase < complete) {
      const Duration now = room.next_play() + kPhase;
      far_voice.next(block);
      if (now >= static_cast<int>(kNearAlone.from) * 10ms) block.fill(0);
      subject.render(block, start + now + late());
      room.play(block);
    }
    room.hear(echo);
    near_voice.next(block);
    const bool speaks = within(kDoubleTalk, tick) || within(kNearAlone, tick);
    for (size_t i = 0; i < block.size(); ++i) {
      const double near = speaks ? near_gain * block[i] : 0;
      heard.near.push_back(static_cast<float>(near));
      heard.echo.push_back(static_cast<float>(echo[i]));
      block[i] = static_cast<int16_t>(std::lround(std::clamp(near + echo[i], -32768.0, 32767.0)));
    }
    subject.capture(block, start + complete + late());
    heard.sent.insert(heard.sent.end(), block.begin(), block.end());
  }
  return heard;
}

/// By how much the echo is louder at the microphone than in what is sent, where nobody else speaks.
double cancelled(const Recording& heard, Span span, size_t latency) {
  return decibels(energy(part(heard.echo, span)) / energy(part(heard.sent, span, latency)));
}

/// The share of the near end in what is sent.
double gain_of_near(const Recording& heard, Span span, size_t latency) {
  const std::span<const float> near = part(heard.near, span);
  return dot(near, part(heard.sent, span, latency)) / energy(near);
}

}  // namespace

EchoResult run(const EchoTrial& trial, const EchoSubject& subject) {
  const Recording heard = record(trial, subject);
  const size_t latency = find_latency(heard.near, heard.sent);

  const Span both = inner(kDoubleTalk);
  const double gain = gain_of_near(heard, both, latency);
  const double others = energy(part(heard.sent, both, latency)) - gain * gain * energy(part(heard.near, both));

  EchoResult result;
  result.echo_dbfs = decibels(energy(part(heard.echo, kSingleTalk)) / (500.0 * kAudioBlockSamples * 32768.0 * 32768.0));
  result.single_talk = cancelled(heard, kSingleTalk, latency);
  result.single_talk_later = cancelled(heard, kSingleTalkLater, latency);
  result.near_in_double_talk = decibels(gain * gain + 1e-9);
  const Span alone{kNearAlone.from + kMargin, kNearAlone.to - 10};
  const double alone_gain = gain_of_near(heard, alone, latency);
  result.near_alone = decibels(alone_gain * alone_gain + 1e-9);
  result.echo_in_double_talk = decibels(energy(part(heard.echo, both)) / (others + 1e-9));
  result.latency = Duration(static_cast<int64_t>(latency) * 1'000'000 / kAudioSampleRate);
  return result;
}

}  // namespace sotto::media
