#include "tools/demo/contact_sheet.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <vector>

#include "tools/demo/format.hpp"
#include "tools/demo/raster.hpp"

namespace sotto::tools {
namespace {

constexpr int kPictureWidth = 640;  // pixels
constexpr int kMargin = 12;
constexpr int kLabelHeight = 26;
constexpr size_t kRowsEach = 2;

struct Row {
  const SheetDirection* of;
  const Direction::PictureQuality* picture;
};

/// Some pictures of a direction, spread over the call.
void choose(const SheetDirection& direction, std::vector<Row>& rows) {
  const auto& pictures = direction.direction->pictures;
  const size_t count = std::min(kRowsEach, pictures.size());
  for (size_t i = 0; i < count; ++i)
    rows.push_back({&direction, &pictures[(2 * i + 1) * pictures.size() / (2 * count)]});
}

std::string capitals(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

Result<void> draw_row(Raster& sheet, const Row& row, int top, int height) {
  const FootageConfig& config = row.of->media->footage;
  Result<media::RawVideoFile> footage = media::RawVideoFile::open(config.file, config.width, config.height);
  if (!footage.ok()) return footage.error();
  const Result<std::shared_ptr<VideoBuffer>> sent = sent_picture(*footage, config, row.picture->number);
  if (!sent.ok()) return sent.error();
  Result<media::RawVideoFile> file = media::RawVideoFile::open(row.picture->file, config.width, config.height);
  if (!file.ok()) return file.error();
  const Result<std::shared_ptr<VideoBuffer>> received = file->frame(0);
  if (!received.ok()) return received.error();

  const int right = 2 * kMargin + kPictureWidth;
  sheet.write(
      capitals(format("%s sent  picture %lld", row.of->sender.c_str(), static_cast<long long>(row.picture->number))),
      kMargin, top + 6);
  sheet.write(capitals(format("%s received  PSNR %.1f dB  SSIM %.3f", row.of->receiver.c_str(), row.picture->psnr,
                              row.picture->ssim)),
              right, top + 6);
  sheet.draw(*sent.value(), kMargin, top + kLabelHeight, kPictureWidth, height);
  sheet.draw(*received.value(), right, top + kLabelHeight, kPictureWidth, height);
  return {};
}

}  // namespace

Result<void> save_contact_sheet(const SheetDirection& first, const SheetDirection& second, const std::string& path) {
  std::vector<Row> rows;
  choose(first, rows);
  choose(second, rows);
  if (rows.empty()) return Error{ErrorCode::kUnavailable, "no picture arrived that could be shown"};
  const FootageConfig& shape = first.media->footage;
  const int height = std::max(1, kPictureWidth * shape.height / shape.width);
  const int row_height = kLabelHeight + height + kMargin;
  Raster sheet(3 * kMargin + 2 * kPictureWidth, static_cast<int>(rows.size()) * row_height);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (Result<void> drawn = draw_row(sheet, rows[i], static_cast<int>(i) * row_height, height); !drawn.ok()) {
      return drawn;
    }
  }
  return sheet.save_png(path);
}

}  // namespace sotto::tools
