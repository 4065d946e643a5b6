#pragma once

#include <sotto/video_frame.hpp>

namespace sotto::media {

/// Peak signal-to-noise ratio of the luma of two pictures of one size, in dB; 100 for equal ones.
double luma_psnr(const VideoBuffer& a, const VideoBuffer& b);

/// Structural similarity of the luma of two pictures of one size (Wang et al. 2004), the mean over windows of 8x8
/// pixels, 4 apart: 1 for equal ones.
double luma_ssim(const VideoBuffer& a, const VideoBuffer& b);

}  // namespace sotto::media
