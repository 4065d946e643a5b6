// What stretching and hurrying do to the sound: nothing but to its length.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "media/audio/audio_playout.hpp"
#include "media/audio/opus_encoder.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

enum class Wish { kNone, kSlower, kFaster, kMuchFaster };

struct Played {
  std::vector<int16_t> sound;
  int stretched = 0;  ///< samples
  int times = 0;
};

/// Encodes and plays `seconds` of what `source` gives, with one wish all the time.
template <typename Source>
Played play(Source source, Wish wish, int seconds = 6) {
  OpusEncoder encoder(DataRate::kbps(32));
  AudioPlayout playout;
  Played played;
  for (int64_t packet = 0; packet < seconds * 50; ++packet) {
    std::array<int16_t, OpusEncoder::kFrameSamples> frame;
    source.next(std::span(frame).template first<kAudioBlockSamples>());
    source.next(std::span(frame).template last<kAudioBlockSamples>());
    std::array<uint8_t, OpusEncoder::kMaxPacketSize> bytes;
    const size_t size = encoder.encode(frame, bytes);
    PlayoutStep step;
    step.kind = PlayoutStep::Kind::kDecode;
    step.packet = {packet * 960, 960, ByteView(bytes).first(size)};
    step.follows_last = packet > 0;
    step.new_stream = packet == 0;
    step.may_insert = wish == Wish::kSlower;
    step.may_remove = wish == Wish::kFaster || wish == Wish::kMuchFaster ? 480 : 0;
    step.urgent = wish == Wish::kMuchFaster;
    const int stretched = playout.perform(step);
    played.stretched += stretched;
    played.times += stretched != 0 ? 1 : 0;
    std::array<int16_t, kAudioBlockSamples> block;
    while (playout.ready() >= block.size()) {
      playout.take(block);
      played.sound.insert(played.sound.end(), block.begin(), block.end());
    }
  }
  // The encoder needs a moment to find its way into a tone.
  played.sound.erase(played.sound.begin(), played.sound.begin() + 24'000);
  return played;
}

double frequency_of(std::span<const int16_t> sound) {
  size_t rises = 0, first = 0, last = 0;
  for (size_t i = 1; i < sound.size(); ++i) {
    if (sound[i - 1] >= 0 || sound[i] < 0) continue;
    if (rises++ == 0) first = i;
    last = i;
  }
  return 48'000.0 * static_cast<double>(rises - 1) / static_cast<double>(last - first);
}

/// The loudness of each 20 ms, in dB.
std::vector<double> levels_of(std::span<const int16_t> sound) {
  std::vector<double> levels;
  for (; sound.size() >= 960; sound = sound.subspan(960)) {
    double energy = 1;
    for (const int16_t sample : sound.first(960)) energy += static_cast<double>(sample) * sample;
    levels.push_back(10 * std::log10(energy / 960));
  }
  return levels;
}

/// How much of a tone is left, in dB, when its frequency is taken out of each 100 ms: what joins add.
double distortion(std::span<const int16_t> sound, double frequency) {
  double rest = 0, all = 0;
  for (; sound.size() >= 4800; sound = sound.subspan(4800)) {
    const double step = 2 * std::numbers::pi * frequency / 48'000;
    double sine = 0, cosine = 0;
    for (size_t i = 0; i < 4800; ++i) {
      sine += sound[i] * std::sin(step * static_cast<double>(i));
      cosine += sound[i] * std::cos(step * static_cast<double>(i));
    }
    for (size_t i = 0; i < 4800; ++i) {
      const double angle = step * static_cast<double>(i);
      const double left = sound[i] - (sine * std::sin(angle) + cosine * std::cos(angle)) / 2400;
      rest += left * left;
      all += static_cast<double>(sound[i]) * sound[i];
    }
  }
  return 10 * std::log10(rest / all);
}

/// A voice that sings one note: a buzz with all its harmonics, four syllables a second.
class Singing {
 public:
  static constexpr double kPitch = 137;  // Hz

  void next(std::span<int16_t, kAudioBlockSamples> out) {
    for (int16_t& sample : out) {
      const double t = static_cast<double>(at_++) / 48'000;
      double voice = 0;
      for (int harmonic = 1; harmonic <= 20; ++harmonic) {
        voice += std::sin(2 * std::numbers::pi * kPitch * harmonic * t) / harmonic;
      }
      const double syllable = 0.6 - 0.4 * std::cos(2 * std::numbers::pi * 4 * t);
      sample = static_cast<int16_t>(std::lround(4000 * syllable * voice));
    }
  }

 private:
  int64_t at_ = 0;
};

/// A chord that is struck twice a second and fades: three notes, each with an octave, none a whole multiple of another.
class Music {
 public:
  static constexpr std::array kNotes = {220.0, 277.18, 329.63};  // Hz

  void next(std::span<int16_t, kAudioBlockSamples> out) {
    for (int16_t& sample : out) {
      const double t = static_cast<double>(at_++) / 48'000;
      double chord = 0;
      for (const double note : kNotes) {
        chord += std::sin(2 * std::numbers::pi * note * t) + 0.3 * std::sin(4 * std::numbers::pi * note * t);
      }
      sample = static_cast<int16_t>(std::lround(3000 * std::exp(-3 * std::fmod(t, 0.5)) * chord));
    }
  }

 private:
  int64_t at_ = 0;
};

/// How much of a frequency is in the sound, by Goertzel's recursion.
double power_at(std::span<const int16_t> sound, double frequency) {
  const double turn = 2 * std::cos(2 * std::numbers::pi * frequency / 48'000);
  double last = 0, before = 0;
  for (const int16_t sample : sound) {
    const double next = sample + turn * last - before;
    before = last;
    last = next;
  }
  return last * last + before * before - turn * last * before;
}

/// What of a note is there: where its middle lies, of what is within 3 % of it, and how loud that is.
struct Note {
  double frequency;  ///< Hz
  double level;      ///< dB, a second
};
Note note_at(std::span<const int16_t> sound, double frequency) {
  double power = 0, sum = 0, seconds = 0;
  for (; sound.size() >= 24'000; sound = sound.subspan(24'000), seconds += 0.5) {
    for (int thousandths = -30; thousandths <= 30; thousandths += 5) {
      const double near = frequency * (1 + thousandths / 1000.0);
      const double there = power_at(sound.first(24'000), near);
      power += there;
      sum += there * near;
    }
  }
  return {sum / power, 10 * std::log10(power / seconds)};
}

class StretchedTone : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Hertz, StretchedTone, testing::Values(110.0, 200.0, 333.3, 440.0, 1000.0));

TEST_P(StretchedTone, KeepsItsPitchItsLevelAndItsPurity) {
  const Played as_it_is = play(TestTone(GetParam()), Wish::kNone);
  EXPECT_EQ(as_it_is.stretched, 0);
  for (const Wish wish : {Wish::kSlower, Wish::kFaster, Wish::kMuchFaster}) {
    const Played played = play(TestTone(GetParam()), wish);
    EXPECT_GE(played.times, 50);
    EXPECT_NEAR(frequency_of(played.sound), GetParam(), GetParam() * 0.01);
    const double level = levels_of(as_it_is.sound)[20];
    for (const double stretched : levels_of(played.sound)) EXPECT_NEAR(stretched, level, 1.0);
    EXPECT_LE(distortion(played.sound, GetParam()), -20) << static_cast<int>(wish);
  }
}

template <typename Source>
void expect_same_notes(std::span<const double> notes) {
  const Played as_it_is = play(Source(), Wish::kNone);
  for (const Wish wish : {Wish::kSlower, Wish::kFaster, Wish::kMuchFaster}) {
    const Played played = play(Source(), wish);
    EXPECT_GE(std::abs(played.stretched), 4'800) << "there was nothing to hear";
    for (const double frequency : notes) {
      const Note note = note_at(played.sound, frequency), own = note_at(as_it_is.sound, frequency);
      EXPECT_NEAR(note.frequency, own.frequency, 0.01 * frequency) << "wish " << static_cast<int>(wish);
      EXPECT_NEAR(note.level, own.level, 4) << frequency << " Hz, wish " << static_cast<int>(wish);
    }
  }
}

TEST(Stretch, KeepsThePitchOfAVoice) {
  expect_same_notes<Singing>(std::array{Singing::kPitch, 2 * Singing::kPitch, 5 * Singing::kPitch});
}

TEST(Stretch, KeepsTheNotesOfMusic) { expect_same_notes<Music>(Music::kNotes); }

TEST(Stretch, MakesSpeechLongerAndShorter) {
  const Played slower = play(TestSpeech(3), Wish::kSlower);
  EXPECT_GE(slower.stretched, 48'000 / 2) << "at least half a second in six";
  const Played faster = play(TestSpeech(3), Wish::kFaster);
  EXPECT_LE(faster.stretched, -48'000 / 4);
  const Played much_faster = play(TestSpeech(3), Wish::kMuchFaster);
  EXPECT_LE(much_faster.stretched, faster.stretched * 3 / 2);
}

TEST(Stretch, AddsNoEnergyAtAnyJoin) {
  const auto loudest = [](const Played& played) {
    const std::vector<double> levels = levels_of(played.sound);
    return *std::max_element(levels.begin(), levels.end());
  };
  const double speech = loudest(play(TestSpeech(3), Wish::kNone));
  const double singing = loudest(play(Singing(), Wish::kNone));
  const double music = loudest(play(Music(), Wish::kNone));
  for (const Wish wish : {Wish::kSlower, Wish::kFaster, Wish::kMuchFaster}) {
    EXPECT_LE(loudest(play(TestSpeech(3), wish)), speech + 1);
    EXPECT_LE(loudest(play(Singing(), wish)), singing + 1);
    EXPECT_LE(loudest(play(Music(), wish)), music + 1);
  }
}

}  // namespace
}  // namespace sotto::media
