#include "media/device/picture_quality.hpp"

#include <cmath>

#include "base/assert.hpp"

namespace sotto::media {
namespace {

constexpr int kWindow = 8;  // pixels
constexpr int kStep = 4;    // pixels from one window to the next

// Wang et al. 2004: (0.01 L)^2 and (0.03 L)^2 with L = 255.
constexpr double kC1 = 6.5025;
constexpr double kC2 = 58.5225;

double ssim_of_window(const uint8_t* a, const uint8_t* b, int stride) {
  constexpr double kCount = kWindow * kWindow;
  int sum_a = 0, sum_b = 0, square_a = 0, square_b = 0, product = 0;
  for (int y = 0; y < kWindow; ++y, a += stride, b += stride) {
    for (int x = 0; x < kWindow; ++x) {
      sum_a += a[x];
      sum_b += b[x];
      square_a += a[x] * a[x];
      square_b += b[x] * b[x];
      product += a[x] * b[x];
    }
  }
  const double mean_a = sum_a / kCount, mean_b = sum_b / kCount;
  const double variance_a = square_a / kCount - mean_a * mean_a;
  const double variance_b = square_b / kCount - mean_b * mean_b;
  const double covariance = product / kCount - mean_a * mean_b;
  return (2 * mean_a * mean_b + kC1) * (2 * covariance + kC2) /
         ((mean_a * mean_a + mean_b * mean_b + kC1) * (variance_a + variance_b + kC2));
}

}  // namespace

double luma_psnr(const VideoBuffer& a, const VideoBuffer& b) {
  SOTTO_ASSERT(a.width() == b.width() && a.height() == b.height());
  const auto pixels = static_cast<int64_t>(a.width()) * a.height();
  int64_t squares = 0;
  for (int64_t i = 0; i < pixels; ++i) {
    const int difference = a.y()[i] - b.y()[i];
    squares += difference * difference;
  }
  if (squares == 0) return 100.0;
  return 10.0 * std::log10(255.0 * 255.0 * static_cast<double>(pixels) / static_cast<double>(squares));
}

double luma_ssim(const VideoBuffer& a, const VideoBuffer& b) {
  SOTTO_ASSERT(a.width() == b.width() && a.height() == b.height());
  SOTTO_ASSERT(a.width() >= kWindow && a.height() >= kWindow);
  double sum = 0;
  int windows = 0;
  for (int y = 0; y + kWindow <= a.height(); y += kStep) {
    for (int x = 0; x + kWindow <= a.width(); x += kStep) {
      const int offset = y * a.luma_stride() + x;
      sum += ssim_of_window(a.y() + offset, b.y() + offset, a.luma_stride());
      ++windows;
    }
  }
  return sum / windows;
}

}  // namespace sotto::media
