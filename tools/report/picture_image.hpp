#pragma once

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

#include "base/bytes.hpp"

namespace sotto::tools {

/// A picture as WebP, made no wider than `most_width` pixels. WebP keeps what a call's pictures are (BT.601, 4:2:0,
/// limited range), so that no colour is converted; the quality is high enough that its own errors stay below those of
/// the call.
Result<Bytes> encode_picture(const VideoBuffer& picture, int most_width);

}  // namespace sotto::tools
