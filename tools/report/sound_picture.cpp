#include "tools/report/sound_picture.hpp"

#include <kissfft/kiss_fftr.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <sotto/audio_format.hpp>

namespace sotto::tools {
namespace {

constexpr size_t kWindow = 768;  // samples: 16 ms, as long as a glottal pulse or two; bins of 62.5 Hz, one a row
constexpr size_t kHop = 480;     // samples: 10 ms
static_assert(SoundPainter::kRows * kAudioSampleRate == SoundPainter::kTopHz * kWindow);

// What is drawn black and what is drawn brightest, dB of full scale a bin.
constexpr double kDarkest = -90;
constexpr double kBrightest = -15;
constexpr double kSilence = 1e-12;  // of power: -120 dB

// Anchors of matplotlib's map "magma" (CC0), which grows evenly brighter to the eye, and in print.
constexpr int kColours = 64;  // steps of about a dB; fewer compress better
constexpr std::array<std::array<double, 3>, 5> kAnchors = {
    {{0, 0, 4}, {81, 18, 124}, {183, 55, 121}, {252, 137, 97}, {252, 253, 191}}};

struct Free {
  void operator()(kiss_fftr_state* plan) const { kiss_fftr_free(plan); }
};

float decibels(double power) { return static_cast<float>(10 * std::log10(std::max(power, kSilence))); }

std::array<uint8_t, 3 * kColours> colour_map() {
  std::array<uint8_t, 3 * kColours> map{};
  for (size_t i = 0; i < kColours; ++i) {
    const double at = static_cast<double>(i * (kAnchors.size() - 1)) / (kColours - 1);
    const size_t below = std::min(static_cast<size_t>(at), kAnchors.size() - 2);
    const double share = at - static_cast<double>(below);
    for (size_t k = 0; k < 3; ++k) {
      map[3 * i + k] =
          static_cast<uint8_t>(std::lround(kAnchors[below][k] * (1 - share) + kAnchors[below + 1][k] * share));
    }
  }
  return map;
}

uint8_t colour_of(float level) {
  const double share = (level - kDarkest) / (kBrightest - kDarkest);
  return static_cast<uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * (kColours - 1)));
}

/// A PNG of indices into the colour map, row by row from the top.
Bytes encode_png(const std::vector<uint8_t>& pixels, size_t width) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(pixels.size() / width);
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = kColours;
  const auto map = colour_map();
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes png(size);
  if (png_image_write_to_memory(&image, png.data(), &size, 0, pixels.data(), 0, map.data()) == 0) return {};
  png.resize(size);
  return png;
}

}  // namespace

class SoundPainter::State {
 public:
  State() : plan_(kiss_fftr_alloc(kWindow, 0, nullptr, nullptr)) {
    for (size_t i = 0; i < kWindow; ++i) {
      // Hann, scaled so that a sine of full scale has the power 1.
      const double turn = 2 * std::numbers::pi * static_cast<double>(i) / kWindow;
      shape_[i] = static_cast<float>((0.5 - 0.5 * std::cos(turn)) * 4 / kWindow / 32768);
    }
    columns_.reserve(kMostColumns);
  }

  void add(std::span<const int16_t> samples) {
    for (const int16_t sample : samples) {
      waiting_[filled_++] = sample;
      if (filled_ == kWindow) transform();
    }
  }

  std::vector<std::array<float, kRows>> levels() const {
    std::vector<std::array<float, kRows>> levels(columns_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      for (size_t row = 0; row < kRows; ++row) levels[i][row] = decibels(columns_[i].power[row]);
    }
    return levels;
  }

  std::optional<SoundPicture> paint(double start_seconds) const {
    if (columns_.empty()) return std::nullopt;
    const size_t width = columns_.size();
    SoundPicture picture{.start_seconds = start_seconds,
                         .seconds = static_cast<double>(width * hops_a_column_ * kHop) / kAudioSampleRate,
                         .top_hz = kTopHz};
    std::vector<uint8_t> pixels(width * kRows);
    for (size_t x = 0; x < width; ++x) {
      picture.levels.push_back(decibels(columns_[x].loudness));
      for (size_t row = 0; row < kRows; ++row) {
        pixels[(kRows - 1 - row) * width + x] = colour_of(decibels(columns_[x].power[row]));
      }
    }
    picture.png = encode_png(pixels, width);
    return picture;
  }

 private:
  struct Column {
    std::array<float, kRows> power{};  ///< mean, 1 for a sine of full scale
    float loudness = 0;                ///< mean square, 1 for a square wave of full scale
  };

  void transform() {
    std::array<float, kWindow> shaped;
    std::array<kiss_fft_cpx, kWindow / 2 + 1> spectrum;
    for (size_t i = 0; i < kWindow; ++i) shaped[i] = static_cast<float>(waiting_[i]) * shape_[i];
    kiss_fftr(plan_.get(), shaped.data(), spectrum.data());
    for (size_t row = 0; row < kRows; ++row) {
      growing_.power[row] += spectrum[row].r * spectrum[row].r + spectrum[row].i * spectrum[row].i;
    }
    for (size_t i = 0; i < kHop; ++i) {
      const float sample = static_cast<float>(waiting_[i]) / 32768;
      growing_.loudness += sample * sample / kHop;
    }
    std::copy(waiting_.begin() + kHop, waiting_.end(), waiting_.begin());
    filled_ = kWindow - kHop;
    if (++hops_ == hops_a_column_) finish_column();
  }

  void finish_column() {
    const auto share = 1 / static_cast<float>(hops_);
    for (float& power : growing_.power) power *= share;
    growing_.loudness *= share;
    columns_.push_back(growing_);
    growing_ = {};
    hops_ = 0;
    if (columns_.size() == kMostColumns) join_columns();
  }

  void join_columns() {
    for (size_t i = 0; i < columns_.size() / 2; ++i) {
      Column& joint = columns_[i];
      const Column &left = columns_[2 * i], &right = columns_[2 * i + 1];
      for (size_t row = 0; row < kRows; ++row) joint.power[row] = (left.power[row] + right.power[row]) / 2;
      joint.loudness = (left.loudness + right.loudness) / 2;
    }
    columns_.resize(columns_.size() / 2);
    hops_a_column_ *= 2;
  }

  const std::unique_ptr<kiss_fftr_state, Free> plan_;
  std::array<float, kWindow> shape_{};
  std::array<int16_t, kWindow> waiting_{};
  size_t filled_ = 0;
  Column growing_;
  size_t hops_ = 0;  ///< in it
  size_t hops_a_column_ = 1;
  std::vector<Column> columns_;
};

SoundPainter::SoundPainter() : state_(std::make_unique<State>()) {}
SoundPainter::~SoundPainter() = default;
SoundPainter::SoundPainter(SoundPainter&&) noexcept = default;
SoundPainter& SoundPainter::operator=(SoundPainter&&) noexcept = default;

void SoundPainter::add(std::span<const int16_t> samples) { state_->add(samples); }
std::optional<SoundPicture> SoundPainter::paint(double start_seconds) const { return state_->paint(start_seconds); }
std::vector<std::array<float, SoundPainter::kRows>> SoundPainter::columns() const { return state_->levels(); }

}  // namespace sotto::tools
