#include "media/video/key_frame_requester.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

constexpr Timestamp kStart{10s};

TEST(KeyFrameRequester, SaysNothingBeforeAnythingHasCome) {
  KeyFrameRequester requester;
  EXPECT_EQ(requester.next_deadline(), std::nullopt);
  EXPECT_FALSE(requester.take(kStart));
  requester.on_reference_lost(kStart);
  EXPECT_FALSE(requester.take(kStart + 1s)) << "nobody sends";
}

TEST(KeyFrameRequester, AsksAtOnceWhenTheStreamBeginsWithAnotherPicture) {
  KeyFrameRequester requester;
  requester.on_payload(PayloadKind::kDeltaFrameStart, kStart);
  EXPECT_TRUE(requester.take(kStart));
  EXPECT_FALSE(requester.take(kStart));
}

TEST(KeyFrameRequester, AsksAsSoonAsAnotherPictureStartsAfterPayloadsThatToldNothing) {
  KeyFrameRequester requester;
  requester.on_payload(PayloadKind::kUnknown, kStart);
  EXPECT_FALSE(requester.take(kStart)) << "the rest of a key frame may have been overtaken";
  requester.on_payload(PayloadKind::kDeltaFrameStart, kStart + 33ms);
  EXPECT_EQ(requester.next_deadline(), kStart + 33ms);
  EXPECT_TRUE(requester.take(kStart + 33ms));
  EXPECT_EQ(requester.next_deadline(), kStart + 233ms);
}

TEST(KeyFrameRequester, TakesARequestBackWhenTheKeyFrameCompletesBeforeItWasSent) {
  KeyFrameRequester requester;
  requester.on_payload(PayloadKind::kUnknown, kStart);
  requester.on_payload(PayloadKind::kDeltaFrameStart, kStart + 33ms);
  requester.on_payload(PayloadKind::kKeyFrame, kStart + 33ms);
  requester.on_progress(kStart + 33ms, false);
  EXPECT_FALSE(requester.take(kStart + 33ms));
  EXPECT_EQ(requester.next_deadline(), std::nullopt);
}

TEST(KeyFrameRequester, RepeatsEvery200MillisecondsWhileItWaits) {
  KeyFrameRequester requester;
  requester.on_payload(PayloadKind::kDeltaFrameStart, kStart);
  for (int i = 0; i < 5; ++i) {
    const Timestamp due = kStart + i * 200ms;
    EXPECT_EQ(requester.next_deadline(), due);
    EXPECT_FALSE(requester.take(due - 1ms));
    EXPECT_TRUE(requester.take(due));
    requester.on_payload(PayloadKind::kDeltaFrameStart, due + 33ms);
  }
}

TEST(KeyFrameRequester, RepeatsAfterOneAndAHalfRoundTripsOnALongPath) {
  KeyFrameRequester requester;
  requester.set_round_trip_time(400ms);
  requester.on_payload(PayloadKind::kDeltaFrameStart, kStart);
  EXPECT_TRUE(requester.take(kStart));
  EXPECT_EQ(requester.next_deadline(), kStart + 600ms);
}

TEST(KeyFrameRequester, IsSilentWhileAKeyFrameComesIn) {
  KeyFrameRequester requester;
  Timestamp now = kStart;
  for (int i = 0; i < 10; ++i) {
    requester.on_payload(PayloadKind::kKeyFrame, now);
    requester.on_payload(PayloadKind::kDeltaFrameStart, now + 50ms);
    EXPECT_FALSE(requester.take(now + 99ms));
    now += 100ms;
  }
  EXPECT_EQ(requester.next_deadline(), now + 100ms);
  EXPECT_TRUE(requester.take(now + 100ms)) << "the rest of it never came";
}

TEST(KeyFrameRequester, IsSilentWhilePicturesAreDecoded) {
  KeyFrameRequester requester;
  for (int i = 0; i < 100; ++i) {
    const Timestamp now = kStart + i * 33ms;
    requester.on_payload(i == 0 ? PayloadKind::kKeyFrame : PayloadKind::kDeltaFrameStart, now);
    requester.on_progress(now, false);
    EXPECT_EQ(requester.next_deadline(), std::nullopt);
  }
}

TEST(KeyFrameRequester, AsksWhenNothingCouldBeDecodedForLongerThanRepairsTake) {
  KeyFrameRequester requester;
  requester.set_round_trip_time(100ms);
  requester.on_payload(PayloadKind::kKeyFrame, kStart);
  requester.on_progress(kStart, false);
  for (int i = 1; i < 12; ++i) {
    requester.on_payload(PayloadKind::kDeltaFrameStart, kStart + i * 33ms);
    EXPECT_FALSE(requester.take(kStart + i * 33ms));
  }
  EXPECT_EQ(requester.next_deadline(), kStart + 33ms + 400ms);
  EXPECT_TRUE(requester.take(kStart + 433ms));
}

TEST(KeyFrameRequester, AsksAtOnceWhenAReferenceIsLostButKeepsItsDistance) {
  KeyFrameRequester requester;
  requester.on_payload(PayloadKind::kKeyFrame, kStart);
  requester.on_progress(kStart, false);
  requester.on_reference_lost(kStart + 10ms);
  EXPECT_TRUE(requester.take(kStart + 10ms));
  requester.on_payload(PayloadKind::kKeyFrame, kStart + 50ms);
  requester.on_progress(kStart + 50ms, false);
  requester.on_reference_lost(kStart + 60ms);
  EXPECT_FALSE(requester.take(kStart + 60ms));
  EXPECT_EQ(requester.next_deadline(), kStart + 210ms);
}

TEST(KeyFrameRequester, GivesUpWhenNothingHasComeForFiveSeconds) {
  KeyFrameRequester requester;
  requester.on_payload(PayloadKind::kDeltaFrameStart, kStart);
  int requests = 0;
  while (const std::optional<Timestamp> deadline = requester.next_deadline()) {
    EXPECT_TRUE(requester.take(*deadline));
    ++requests;
  }
  EXPECT_EQ(requests, 26);
  requester.on_payload(PayloadKind::kUnknown, kStart + 60s);
  EXPECT_TRUE(requester.take(kStart + 60s));
}

}  // namespace
}  // namespace sotto::media
