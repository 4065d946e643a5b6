#include "media/device/frame_stamp.hpp"

#include <algorithm>
#include <cstdlib>

namespace sotto::media {
namespace {

constexpr int kCells = 16;
constexpr int kCellsAcross = 40;  // a picture is this many cells wide
constexpr uint8_t kWhite = 235;   // BT.601 limited range
constexpr uint8_t kBlack = 16;
constexpr uint8_t kGrey = 128;        // chroma without colour
constexpr int kLeastDifference = 40;  // between a cell and its complement, to be sure of it

bool holds_stamp(const VideoBuffer& picture, int cell) {
  return cell > 0 && picture.width() >= kCells * cell && picture.height() >= 2 * cell;
}

void fill(uint8_t* plane, int stride, int x, int y, int width, int height, uint8_t value) {
  for (int row = y; row < y + height; ++row) std::fill_n(plane + row * stride + x, width, value);
}

/// The mean of the middle half of a cell, in each direction.
int mean_of_cell(const VideoBuffer& picture, int x, int y, int cell) {
  const int margin = cell / 4;
  const int side = std::max(cell - 2 * margin, 1);
  int sum = 0;
  for (int row = y + margin; row < y + margin + side; ++row) {
    const uint8_t* line = picture.y() + row * picture.luma_stride() + x + margin;
    for (int i = 0; i < side; ++i) sum += line[i];
  }
  return sum / (side * side);
}

}  // namespace

void stamp_frame(VideoBuffer& picture, uint16_t number) {
  const int cell = picture.width() / kCellsAcross;
  if (!holds_stamp(picture, cell)) return;
  const int gray = number ^ (number >> 1);
  for (int i = 0; i < kCells; ++i) {
    const bool one = (gray >> (kCells - 1 - i) & 1) != 0;
    fill(picture.y(), picture.luma_stride(), i * cell, 0, cell, cell, one ? kWhite : kBlack);
    fill(picture.y(), picture.luma_stride(), i * cell, cell, cell, cell, one ? kBlack : kWhite);
  }
  const int chroma_width = std::min((kCells * cell + 1) / 2, picture.chroma_stride());
  for (uint8_t* plane : {picture.u(), picture.v()}) {
    fill(plane, picture.chroma_stride(), 0, 0, chroma_width, cell, kGrey);
  }
}

std::optional<uint16_t> read_stamp(const VideoBuffer& picture) {
  const int cell = picture.width() / kCellsAcross;
  if (!holds_stamp(picture, cell)) return std::nullopt;
  unsigned number = 0;
  unsigned bit = 0;
  for (int i = 0; i < kCells; ++i) {
    const int difference = mean_of_cell(picture, i * cell, 0, cell) - mean_of_cell(picture, i * cell, cell, cell);
    if (std::abs(difference) < kLeastDifference) return std::nullopt;
    bit ^= difference > 0 ? 1U : 0U;  // Gray code: each bit of the number is the sum of the bits down to it.
    number = number << 1 | bit;
  }
  return static_cast<uint16_t>(number);
}

}  // namespace sotto::media
