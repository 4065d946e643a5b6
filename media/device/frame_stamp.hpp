#pragma once

#include <cstdint>
#include <optional>

#include <sotto/video_frame.hpp>

namespace sotto::media {

/// Writes `number` into the top left of the picture as a barcode that survives coding and scaling: 16 cells, each
/// width/40 wide, show the Gray code of the number, highest bit first, as white or black over its complement. Pictures
/// narrower than 40 pixels, or too low for it, stay as they are.
void stamp_frame(VideoBuffer& picture, uint16_t number);

/// The number that stamp_frame wrote, or nothing if any cell is too grey to tell.
std::optional<uint16_t> read_stamp(const VideoBuffer& picture);

}  // namespace sotto::media
