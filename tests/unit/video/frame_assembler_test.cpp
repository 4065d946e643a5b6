#include "media/video/frame_assembler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "video_test_support.hpp"

namespace sotto::media {
namespace {

PayloadOutcome give(FrameAssembler& assembler, const SentPayload& payload) {
  return assembler.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data);
}

TEST(FrameAssembler, CompletesAPictureWithItsLastMissingPayload) {
  FrameAssembler assembler;
  PayloadSource source;
  const Bytes picture = fake_picture(true, 1000);
  std::vector<SentPayload> payloads = source.next(picture);
  ASSERT_GT(payloads.size(), 3U);
  std::swap(payloads[1], payloads.back());
  for (size_t i = 0; i + 1 < payloads.size(); ++i) EXPECT_EQ(give(assembler, payloads[i]), PayloadOutcome::kStored);
  ASSERT_EQ(give(assembler, payloads.back()), PayloadOutcome::kCompleted);

  const AssembledFrame frame = assembler.take_frame();
  EXPECT_EQ(frame.data, picture);
  EXPECT_TRUE(frame.key_frame);
  EXPECT_EQ(frame.first_sequence, 1000);
  EXPECT_EQ(frame.last_sequence, 1000 + static_cast<int64_t>(payloads.size()) - 1);
  EXPECT_EQ(frame.picture_id, (PictureId{77, true}));
  EXPECT_FALSE(assembler.holds_payloads());
}

TEST(FrameAssembler, NeverMixesPicturesWhateverTheOrderTheLossAndTheCopies) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    PayloadSource source;
    std::map<int64_t, Bytes> pictures;
    std::vector<SentPayload> payloads;
    for (int i = 0; i < 60; ++i) {
      const Bytes picture = fake_picture(i % 20 == 0, 1 + random() % 3000, static_cast<uint8_t>(random()));
      const auto of_picture = source.next(picture);
      pictures[of_picture.front().sequence] = picture;
      for (const SentPayload& payload : of_picture) {
        const size_t copies = random() % 10 == 0 ? 2 : 1;
        payloads.insert(payloads.end(), copies, payload);
      }
    }
    std::shuffle(payloads.begin(), payloads.end(), random);
    const auto lost = payloads.begin() + static_cast<std::ptrdiff_t>(payloads.size() - seed % 5);
    payloads.erase(lost, payloads.end());

    FrameAssembler assembler;
    // The window starts around the first packet that comes: let it be the first that was sent.
    ASSERT_NE(assembler.on_payload(1000 - 1, 0, false, {}), PayloadOutcome::kMalformed);
    size_t completed = 0;
    for (const SentPayload& payload : payloads) {
      if (give(assembler, payload) != PayloadOutcome::kCompleted) continue;
      const AssembledFrame frame = assembler.take_frame();
      ASSERT_TRUE(pictures.contains(frame.first_sequence));
      ASSERT_EQ(frame.data, pictures[frame.first_sequence]);
      ++completed;
    }
    EXPECT_GE(completed, pictures.size() - seed % 5);
    if (seed % 5 == 0) {
      EXPECT_EQ(completed, pictures.size());
      EXPECT_FALSE(assembler.holds_payloads());
    }
  }
}

TEST(FrameAssembler, CountsACopyOfADeliveredPayloadAsDuplicate) {
  FrameAssembler assembler;
  PayloadSource source;
  const auto payloads = source.next(fake_picture(true, 100));
  ASSERT_EQ(give(assembler, payloads[0]), PayloadOutcome::kCompleted);
  assembler.take_frame();
  EXPECT_EQ(give(assembler, payloads[0]), PayloadOutcome::kDuplicate);
  assembler.forget_before(payloads[0].sequence + 1);
  EXPECT_EQ(give(assembler, payloads[0]), PayloadOutcome::kLate);
}

TEST(FrameAssembler, RefusesWhatIsNotVp8) {
  FrameAssembler assembler;
  EXPECT_EQ(assembler.on_payload(1, 0, true, Bytes{0x90}), PayloadOutcome::kMalformed);
  EXPECT_EQ(assembler.on_payload(1, 0, true, Bytes{0x10, 0x10, 0, 0, 1, 2, 3, 4, 5, 6, 7}), PayloadOutcome::kMalformed);
  EXPECT_FALSE(assembler.holds_payloads());
}

TEST(FrameAssembler, DoesNotJoinPayloadsOfDifferentTimes) {
  FrameAssembler assembler;
  PayloadSource source;
  auto payloads = source.next(fake_picture(true, 350));
  ASSERT_EQ(payloads.size(), 2U);
  payloads[1].rtp_timestamp += 3000;
  EXPECT_EQ(give(assembler, payloads[0]), PayloadOutcome::kStored);
  EXPECT_EQ(give(assembler, payloads[1]), PayloadOutcome::kStored);
}

TEST(FrameAssembler, KnowsAKeyFrameByItsFirstPayload) {
  FrameAssembler assembler;
  PayloadSource source;
  const auto key_frame = source.next(fake_picture(true, 500));
  const auto delta = source.next(fake_picture(false, 500));
  give(assembler, key_frame[1]);
  EXPECT_EQ(assembler.last_kind(), PayloadKind::kUnknown);
  give(assembler, key_frame[0]);
  EXPECT_EQ(assembler.last_kind(), PayloadKind::kKeyFrame);
  give(assembler, key_frame[2]);
  EXPECT_EQ(assembler.last_kind(), PayloadKind::kKeyFrame);
  give(assembler, delta[0]);
  EXPECT_EQ(assembler.last_kind(), PayloadKind::kDeltaFrameStart);
}

TEST(FrameAssembler, CompletesAPictureAroundRepairsThatWereSentBetweenItsPayloads) {
  const Bytes picture = fake_picture(true, 3000);
  for (const bool repairs_last : {false, true}) {
    PayloadSource source;
    std::vector<SentPayload> payloads = source.next(picture);
    ASSERT_GT(payloads.size(), 4U);
    // Two numbers in the middle of it are those of repairs.
    for (size_t i = 2; i < payloads.size(); ++i) payloads[i].sequence += 2;
    const int64_t repair = payloads[1].sequence + 1;

    FrameAssembler assembler;
    PayloadOutcome last = PayloadOutcome::kStored;
    const auto give_repairs = [&] {
      for (const int64_t sequence : {repair, repair + 1}) last = assembler.on_payload(sequence, 0, false, {});
    };
    if (!repairs_last) give_repairs();
    for (const SentPayload& payload : payloads) last = give(assembler, payload);
    if (repairs_last) {
      EXPECT_EQ(last, PayloadOutcome::kStored) << "what has not come could be a payload of the picture";
      give_repairs();
    }
    ASSERT_EQ(last, PayloadOutcome::kCompleted);
    const AssembledFrame frame = assembler.take_frame();
    EXPECT_EQ(frame.data, picture);
    EXPECT_EQ(frame.last_sequence, payloads.back().sequence);
    EXPECT_TRUE(assembler.all_arrived(frame.first_sequence, frame.last_sequence));
  }
}

TEST(FrameAssembler, TreatsPaddingAsArrivedAndAsNoPicture) {
  FrameAssembler assembler;
  EXPECT_EQ(assembler.on_payload(10, 0, false, {}), PayloadOutcome::kStored);
  EXPECT_EQ(assembler.on_payload(11, 0, false, {}), PayloadOutcome::kStored);
  EXPECT_TRUE(assembler.all_arrived(10, 11));
  EXPECT_FALSE(assembler.all_arrived(10, 12));
  EXPECT_FALSE(assembler.holds_payloads());
  EXPECT_FALSE(assembler.misses_any_since(10));
  EXPECT_EQ(assembler.on_payload(13, 0, false, {}), PayloadOutcome::kStored);
  EXPECT_TRUE(assembler.misses_any_since(10));
}

TEST(FrameAssembler, ForgetsWhatFallsOutOfItsWindow) {
  FrameAssembler assembler;
  PayloadSource source;
  const auto payloads = source.next(fake_picture(true, 350));
  give(assembler, payloads[0]);
  ASSERT_TRUE(assembler.holds_payloads());
  const auto window = static_cast<int64_t>(FrameAssembler::kWindow);
  assembler.on_payload(payloads[0].sequence + window, 0, false, {});
  EXPECT_FALSE(assembler.holds_payloads());
  EXPECT_EQ(give(assembler, payloads[0]), PayloadOutcome::kLate);
}

TEST(FrameAssembler, SurvivesAJumpOfAnyLength) {
  FrameAssembler assembler;
  for (const int64_t sequence : {int64_t{0}, int64_t{1} << 40, int64_t{1} << 62}) {
    PayloadSource source(200, sequence);
    ASSERT_EQ(give(assembler, source.next(fake_picture(true, 100))[0]), PayloadOutcome::kCompleted);
    EXPECT_EQ(assembler.take_frame().first_sequence, sequence);
  }
}

}  // namespace
}  // namespace sotto::media
