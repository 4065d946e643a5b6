#include "media/video/frame_buffer.hpp"

#include <gtest/gtest.h>

#include "video_test_support.hpp"

namespace sotto::media {
namespace {

/// Pictures of one payload each, numbered from zero, given in any order.
class FrameBufferTest : public testing::Test {
 protected:
  AssembledFrame picture(int number, bool key_frame) const {
    AssembledFrame frame;
    frame.data = fake_picture(key_frame, 20);
    frame.first_sequence = frame.last_sequence = number;
    frame.key_frame = key_frame;
    frame.picture_id = PictureId{static_cast<uint16_t>(number), true};
    return frame;
  }
  void insert(int number, bool key_frame = false) { buffer_.insert(picture(number, key_frame)); }
  std::vector<int64_t> take_all() {
    std::vector<int64_t> taken;
    while (const auto frame = buffer_.take_decodable(assembler_)) taken.push_back(frame->first_sequence);
    return taken;
  }
  int count_dropped() {
    int count = 0;
    while (buffer_.take_dropped()) ++count;
    return count;
  }

  FrameAssembler assembler_;
  FrameBuffer buffer_;
};

using Numbers = std::vector<int64_t>;

TEST_F(FrameBufferTest, LetsNothingOutBeforeAKeyFrame) {
  insert(1);
  insert(2);
  EXPECT_EQ(take_all(), Numbers{});
  EXPECT_TRUE(buffer_.waits_for_key_frame());
  insert(0, true);
  EXPECT_EQ(take_all(), (Numbers{0, 1, 2}));
  EXPECT_FALSE(buffer_.waits_for_key_frame());
}

TEST_F(FrameBufferTest, WaitsForTheMissingPictureAndThenLetsAllOut) {
  insert(0, true);
  insert(2);
  insert(3);
  EXPECT_EQ(take_all(), Numbers{0});
  EXPECT_TRUE(buffer_.blocked());
  insert(1);
  EXPECT_EQ(take_all(), (Numbers{1, 2, 3}));
  EXPECT_FALSE(buffer_.blocked());
}

TEST_F(FrameBufferTest, GoesOnAtAKeyFrameAndGivesUpWhatIsOlder) {
  insert(0, true);
  EXPECT_EQ(take_all(), Numbers{0});
  insert(2);
  insert(6);
  insert(5, true);
  EXPECT_EQ(take_all(), (Numbers{5, 6}));
  EXPECT_EQ(count_dropped(), 1);
  insert(1);
  EXPECT_EQ(take_all(), Numbers{});
  EXPECT_EQ(count_dropped(), 1);
}

TEST_F(FrameBufferTest, FollowsPictureIdsAcrossTheirWrapAndAcrossMissingPadding) {
  AssembledFrame key_frame = picture(0, true);
  key_frame.picture_id = PictureId{0x7fff, true};
  AssembledFrame next = picture(9, false);  // eight lost packets of padding lie between
  next.picture_id = PictureId{0, true};
  buffer_.insert(std::move(key_frame));
  buffer_.insert(std::move(next));
  EXPECT_EQ(take_all(), (Numbers{0, 9}));
}

TEST_F(FrameBufferTest, NoticesAPictureThatNeverGotSequenceNumbers) {
  insert(0, true);
  EXPECT_EQ(take_all(), Numbers{0});
  AssembledFrame next = picture(1, false);
  next.picture_id = PictureId{2, true};  // the sender dropped the one between before it numbered packets
  buffer_.insert(std::move(next));
  EXPECT_EQ(take_all(), Numbers{}) << "it would be decoded on the wrong reference";
  EXPECT_TRUE(buffer_.misses_what_was_never_sent(assembler_));
  insert(2, true);
  EXPECT_EQ(take_all(), Numbers{2});
  EXPECT_FALSE(buffer_.misses_what_was_never_sent(assembler_));
}

TEST_F(FrameBufferTest, StillHopesForAPictureWhosePacketsAreMissing) {
  insert(0, true);
  insert(2);
  EXPECT_EQ(take_all(), Numbers{0});
  EXPECT_FALSE(buffer_.misses_what_was_never_sent(assembler_));
}

TEST_F(FrameBufferTest, FollowsSequenceNumbersWhereThereAreNoPictureIds) {
  for (const int number : {0, 1, 4}) {
    AssembledFrame frame = picture(number, number == 0);
    frame.picture_id.reset();
    buffer_.insert(std::move(frame));
  }
  EXPECT_EQ(take_all(), (Numbers{0, 1}));
  assembler_.on_payload(2, 0, false, {});
  EXPECT_EQ(take_all(), Numbers{});
  assembler_.on_payload(3, 0, false, {});
  EXPECT_EQ(take_all(), Numbers{4}) << "2 and 3 were padding";
}

TEST_F(FrameBufferTest, StartsOverAtANewerKeyFrameAfterAPictureThatDidNotDecode) {
  insert(0, true);
  insert(1);
  EXPECT_EQ(take_all(), (Numbers{0, 1}));
  buffer_.on_decode_failed(1);
  EXPECT_TRUE(buffer_.waits_for_key_frame());
  insert(2);
  EXPECT_EQ(take_all(), Numbers{});
  insert(3, true);
  EXPECT_EQ(take_all(), Numbers{3});
}

TEST_F(FrameBufferTest, IgnoresAFailureThatANewerKeyFrameHasHealed) {
  insert(0, true);
  EXPECT_EQ(take_all(), Numbers{0});
  insert(1, true);
  EXPECT_EQ(take_all(), Numbers{1});
  buffer_.on_decode_failed(0);
  insert(2);
  EXPECT_EQ(take_all(), Numbers{2});
}

TEST_F(FrameBufferTest, HoldsABoundedNumberOfPicturesAndBytes) {
  for (int number = 1; number < 1000; ++number) insert(number);
  EXPECT_EQ(buffer_.size(), FrameBuffer::kMaxFrames);
  for (int number = 1000; number < 1100; ++number) {
    AssembledFrame large = picture(number, false);
    large.data.resize(FrameBuffer::kMaxBytes / 4);
    buffer_.insert(std::move(large));
  }
  EXPECT_LE(buffer_.size(), 4U);
}

}  // namespace
}  // namespace sotto::media
