#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/temporary_folder.hpp"
#include "tools/demo/raster.hpp"

namespace sotto::tools {
namespace {

struct Pixel {
  int red, green, blue;
};

/// Reads a PNG back.
class Png {
 public:
  explicit Png(const std::string& path) {
    image_.version = PNG_IMAGE_VERSION;
    EXPECT_NE(png_image_begin_read_from_file(&image_, path.c_str()), 0) << image_.message;
    image_.format = PNG_FORMAT_RGB;
    pixels_.resize(PNG_IMAGE_SIZE(image_));
    EXPECT_NE(png_image_finish_read(&image_, nullptr, pixels_.data(), 0, nullptr), 0) << image_.message;
  }
  int width() const { return static_cast<int>(image_.width); }
  int height() const { return static_cast<int>(image_.height); }
  Pixel at(int x, int y) const {
    const uint8_t* pixel = pixels_.data() + (y * width() + x) * 3;
    return {pixel[0], pixel[1], pixel[2]};
  }

 private:
  png_image image_{};
  std::vector<uint8_t> pixels_;
};

TEST(Raster, ShowsAPictureInItsColours) {
  VideoBuffer picture(32, 16);
  std::fill_n(picture.y(), 32 * 16, uint8_t{81});  // pure red in BT.601
  std::fill_n(picture.u(), 16 * 8, uint8_t{90});
  std::fill_n(picture.v(), 16 * 8, uint8_t{240});
  const TemporaryFolder folder;
  Raster raster(40, 20);
  raster.draw(picture, 2, 2, 16, 8);
  ASSERT_TRUE(raster.save_png(folder / "a.png").ok());
  const Png png(folder / "a.png");
  ASSERT_EQ(png.width(), 40);
  ASSERT_EQ(png.height(), 20);
  EXPECT_GT(png.at(3, 3).red, 250);
  EXPECT_LT(png.at(3, 3).green, 5);
  EXPECT_LT(png.at(17, 9).blue, 5);
  EXPECT_EQ(png.at(1, 1).green, png.at(39, 19).green);
  EXPECT_GT(png.at(18, 9).green, 200);
}

TEST(Raster, WritesLetters) {
  const TemporaryFolder folder;
  Raster raster(24, 14);
  raster.write("I?", 0, 0);
  ASSERT_TRUE(raster.save_png(folder / "a.png").ok());
  const Png png(folder / "a.png");
  EXPECT_LT(png.at(5, 7).red, 100);    // the stem of the I
  EXPECT_GT(png.at(0, 7).red, 200);    // beside it
  EXPECT_GT(png.at(16, 10).red, 200);  // what it cannot write stays white
}

TEST(Raster, LeavesOutWhatDoesNotFit) {
  VideoBuffer picture(8, 8);
  std::fill_n(picture.y(), picture.bytes().size(), uint8_t{128});
  Raster raster(4, 4);
  raster.draw(picture, -2, 2, 30, 30);
  raster.write("WIDE", -5, -5);
  const TemporaryFolder folder;
  EXPECT_TRUE(raster.save_png(folder / "a.png").ok());
}

TEST(Raster, SaysWhereItCannotWrite) { EXPECT_FALSE(Raster(4, 4).save_png("/nonexistent/a.png").ok()); }

}  // namespace
}  // namespace sotto::tools
