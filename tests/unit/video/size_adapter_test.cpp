#include "media/video/size_adapter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "media/video/picture_scaler.hpp"
#include "media/video/video_frame_encoder.hpp"
#include "video_test_support.hpp"

namespace sotto::media {
namespace {

constexpr PictureSize kFull{1280, 720};

/// Feeds an adapter 30 pictures a second.
class SizeAdapterTest : public ::testing::Test {
 protected:
  /// Goes on for `time` with pictures that come out with this quantizer, or are skipped. The last size chosen.
  PictureSize go_on(Duration time, int kbps, int quantizer, bool skipped = false, PictureSize captured = kFull) {
    PictureSize size;
    for (const Timestamp end = now_ + time; now_ < end; now_ += 33'333us) {
      size = adapter_.choose(captured, DataRate::kbps(kbps), now_);
      if (sizes_.empty() || sizes_.back() != size) {
        sizes_.push_back(size);
        changes_.push_back(now_);
      }
      if (skipped) {
        adapter_.on_skipped();
      } else {
        adapter_.on_encoded(quantizer);
      }
    }
    return size;
  }

  SizeAdapter adapter_;
  Timestamp now_{100s};
  std::vector<PictureSize> sizes_;
  std::vector<Timestamp> changes_;
};

TEST_F(SizeAdapterTest, KeepsTheFullSizeWhereTheRateCarriesIt) {
  EXPECT_EQ(go_on(60s, 2000, 30), kFull);
  EXPECT_EQ(sizes_.size(), 1U);
}

TEST_F(SizeAdapterTest, StartsFullWhileTheEstimateStillClimbs) {
  go_on(500ms, 360, 56);
  EXPECT_EQ(go_on(10s, 2400, 30), kFull);
  EXPECT_EQ(sizes_.size(), 1U);
}

TEST_F(SizeAdapterTest, StartsSmallOnALinkThatIsThinBeyondDoubt) {
  EXPECT_EQ(go_on(100ms, 60, 40), (PictureSize{640, 360}));
}

TEST_F(SizeAdapterTest, FallsAtOnceWhenTheRateCollapses) {
  go_on(20s, 2400, 30);
  EXPECT_EQ(go_on(34ms, 200, 30), (PictureSize{640, 360}));
}

TEST_F(SizeAdapterTest, FallsAfterAFewCoarsePicturesWhenTheRateIsTooLow) {
  go_on(20s, 2400, 30);
  EXPECT_EQ(go_on(1s, 400, 56), (PictureSize{960, 540}));
  EXPECT_LE(changes_.back() - changes_.front(), 20s + 350ms);
}

TEST_F(SizeAdapterTest, KeepsASizeWhosePicturesStayFineThoughTheRateIsLow) {
  go_on(20s, 2400, 30);
  EXPECT_EQ(go_on(20s, 400, 35), kFull) << "a picture that hardly moves needs no more";
}

TEST_F(SizeAdapterTest, FallsWhenTheEncoderSkipsPictures) {
  go_on(20s, 2400, 30);
  EXPECT_EQ(go_on(2s, 900, 40, true), (PictureSize{960, 540}));
}

TEST_F(SizeAdapterTest, GrowsBackWithinFiveSecondsWhenTheLinkComesBack) {
  go_on(20s, 2400, 30);
  go_on(20s, 200, 45);
  EXPECT_EQ(go_on(2s, 2400, 20), kFull);
}

TEST_F(SizeAdapterTest, DoesNotGrowWhilePicturesAreCoarse) {
  go_on(20s, 2400, 30);
  go_on(20s, 200, 45);
  EXPECT_EQ(go_on(20s, 2400, 48), (PictureSize{640, 360}));
}

TEST_F(SizeAdapterTest, ChangesAtMostOnceInFiveSecondsHoweverTheRateSways) {
  go_on(20s, 2400, 30);
  changes_.clear();
  for (int i = 0; i < 120; ++i) go_on(500ms, i % 2 == 0 ? 700 : 430, 51);
  for (size_t i = 1; i < changes_.size(); ++i) EXPECT_GE(changes_[i] - changes_[i - 1], 5s);
}

TEST_F(SizeAdapterTest, TriesLessAndLessOftenWhatDoesNotLast) {
  go_on(10s, 2400, 30);
  changes_.clear();
  for (Timestamp end = now_ + 300s; now_ < end;) {
    // Fine enough when small, coarse when large: a scene that the larger size is too much for.
    const PictureSize size = sizes_.back();
    go_on(200ms, 600, size == kFull ? 54 : 38);
  }
  EXPECT_LE(changes_.size(), 30U);
  EXPECT_GE(changes_.back() - changes_[changes_.size() - 2], 5s);
}

TEST_F(SizeAdapterTest, KeepsPortraitPortraitAndEverySizeEven) {
  go_on(5s, 2400, 30, false, {1080, 1920});
  go_on(1s, 100, 56, false, {1080, 1920});
  EXPECT_EQ(sizes_.back(), (PictureSize{270, 480})) << sizes_.back().width << "x" << sizes_.back().height;
  for (const PictureSize size : sizes_) {
    EXPECT_EQ(size.width % 2, 0);
    EXPECT_EQ(size.height % 2, 0);
  }
}

TEST_F(SizeAdapterTest, LeavesSmallPicturesAlone) {
  EXPECT_EQ(go_on(10s, 5, 56, true, {160, 90}), (PictureSize{160, 90}));
  EXPECT_EQ(go_on(10s, 5, 56, true, {33, 17}), (PictureSize{33, 17}));
}

TEST_F(SizeAdapterTest, BeginsAnewWithAnotherCamera) {
  go_on(10s, 200, 56);
  EXPECT_EQ(go_on(5s, 2400, 30, false, {640, 480}), (PictureSize{640, 480}));
}

TEST(PictureScaler, KeepsTheMeanOfWhatItMakesSmaller) {
  VideoBuffer picture(64, 48);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) picture.y()[y * 64 + x] = static_cast<uint8_t>(x < 32 ? 40 : 200);
  }
  for (size_t i = 0; i < 32 * 24; ++i) picture.u()[i] = 90, picture.v()[i] = 160;
  PictureScaler scaler;
  const VideoBuffer& small = scaler.scale(picture, {32, 24});
  ASSERT_EQ(small.width(), 32);
  ASSERT_EQ(small.height(), 24);
  EXPECT_EQ(small.y()[5], 40);
  EXPECT_EQ(small.y()[12 * 32 + 28], 200);
  EXPECT_EQ(small.u()[7], 90);
  EXPECT_EQ(small.v()[7], 160);
  EXPECT_EQ(&scaler.scale(picture, {64, 48}), &picture) << "nothing to do, nothing copied";
}

TEST(VideoFrameEncoder, MakesPicturesSmallerRatherThanSkipThemWhenTheRateFallsToAFifth) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(2000)}, PacketPool::create());
  const std::vector<VideoFrame> pictures = moving_pictures(150, 1280, 720);
  int after = 0;
  for (size_t i = 0; i < pictures.size(); ++i) {
    if (i == 60) encoder.set_target(DataRate::kbps(200));
    if (const auto encoded = encoder.encode(pictures[i]); encoded && i >= 60) ++after;
  }
  EXPECT_LE(encoder.statistics().width, 640);
  EXPECT_GE(after, 85) << "of 90";
}

}  // namespace
}  // namespace sotto::media
