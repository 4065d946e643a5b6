#include "engine/media_negotiation.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sotto::engine {
namespace {

using signaling::MediaDescription;

constexpr MediaChoice kEverything{true, true, true, true};

class MediaNegotiation : public ::testing::Test {
 protected:
  SeededRandom random_{7};
};

TEST_F(MediaNegotiation, OfferAndAnswerAreUsableAndAgreeOnBothMedia) {
  const MediaDescription offer = make_offer(kEverything, random_);
  ASSERT_TRUE(check_description(offer).ok());
  const auto answer = make_answer(offer, kEverything, random_);
  ASSERT_TRUE(answer.ok());
  ASSERT_TRUE(check_description(*answer).ok());
  const MediaChoice agreed = agree(offer, *answer);
  EXPECT_TRUE(agreed.send_audio && agreed.send_video && agreed.receive_audio && agreed.receive_video);
}

TEST_F(MediaNegotiation, AnswerWithoutCameraReceivesPictureAndSendsNone) {
  const MediaDescription offer = make_offer(kEverything, random_);
  const auto answer = make_answer(offer, {true, false, true, true}, random_);
  ASSERT_TRUE(answer.ok());
  const MediaChoice caller = agree(offer, *answer);
  EXPECT_TRUE(caller.send_video);
  EXPECT_FALSE(caller.receive_video);
  const MediaChoice callee = agree(*answer, offer);
  EXPECT_FALSE(callee.send_video);
  EXPECT_TRUE(callee.receive_video);
}

TEST_F(MediaNegotiation, CallWithoutPictureOffersNoVideoStream) {
  const MediaDescription offer = make_offer({true, false, true, false}, random_);
  ASSERT_EQ(offer.streams.size(), 1u);
  EXPECT_EQ(offer.streams[0].codec, "opus");
}

TEST_F(MediaNegotiation, NothingInCommonIsRefused) {
  const MediaDescription offer = make_offer({true, false, false, false}, random_);
  EXPECT_FALSE(make_answer(offer, {true, true, false, false}, random_).ok());
}

TEST_F(MediaNegotiation, SidesNeverShareAnSsrc) {
  const MediaDescription offer = make_offer(kEverything, random_);
  SeededRandom same(7);  // would draw the same numbers again
  const auto answer = make_answer(offer, kEverything, same);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(transport_options(offer, *answer, kEverything).ok());
}

TEST_F(MediaNegotiation, SendsWithThePeersNumbersAndReceivesWithItsOwn) {
  const MediaDescription local = make_offer(kEverything, random_);
  auto remote = make_answer(local, kEverything, random_);
  ASSERT_TRUE(remote.ok());
  // As a browser might: other payload types and extension ids than ours.
  remote->streams[1].payload_type = 120;
  remote->streams[1].rtx_payload_type = 121;
  remote->mid_extension_id = 9;
  remote->transport_sequence_extension_id = 5;
  const auto options = transport_options(local, *remote, kEverything);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->send[1].payload_type, 120);
  EXPECT_EQ(options->send[1].rtx_payload_type, 121);
  EXPECT_EQ(options->send[1].ssrc.value(), local.streams[1].ssrc);
  EXPECT_EQ(options->receive[1].payload_type, local.streams[1].payload_type);
  EXPECT_EQ(options->receive[1].ssrc.value(), remote->streams[1].ssrc);
  EXPECT_EQ(options->send_mid_extension_id, 9);
  EXPECT_EQ(options->receive_mid_extension_id, local.mid_extension_id);
}

TEST_F(MediaNegotiation, RedundancyOfSoundHasThePayloadTypeOfWhoReceivesIt) {
  const MediaDescription local = make_offer(kEverything, random_);
  auto remote = make_answer(local, kEverything, random_);
  ASSERT_TRUE(remote.ok());
  remote->streams[0].red_payload_type = 122;
  const auto options = transport_options(local, *remote, kEverything);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->send[0].red_payload_type, 122);
  EXPECT_EQ(options->receive[0].red_payload_type, local.streams[0].red_payload_type);
  EXPECT_TRUE(options->receive[0].red_payload_type);
}

TEST_F(MediaNegotiation, NoRedundancyIsSentToAPeerThatDoesNotTakeIt) {
  const MediaDescription local = make_offer(kEverything, random_);
  auto remote = make_answer(local, kEverything, random_);
  ASSERT_TRUE(remote.ok());
  remote->streams[0].red_payload_type.reset();
  EXPECT_FALSE(transport_options(local, *remote, kEverything)->send[0].red_payload_type);
}

TEST_F(MediaNegotiation, PicturesAreProtectedWhereBothTypesWereAgreedOn) {
  const MediaDescription local = make_offer(kEverything, random_);
  auto remote = make_answer(local, kEverything, random_);
  ASSERT_TRUE(remote.ok());
  const auto options = transport_options(local, *remote, kEverything);
  EXPECT_TRUE(options->send[1].red_payload_type && options->send[1].ulpfec_payload_type);
  EXPECT_TRUE(options->receive[1].red_payload_type && options->receive[1].ulpfec_payload_type);
  remote->streams[1].ulpfec_payload_type.reset();
  EXPECT_FALSE(transport_options(local, *remote, kEverything)->send[1].red_payload_type) << "RED alone says nothing";
}

TEST_F(MediaNegotiation, PeerThatTakesOurSsrcIsRefused) {
  const MediaDescription local = make_offer(kEverything, random_);
  auto remote = make_answer(local, kEverything, random_);
  ASSERT_TRUE(remote.ok());
  remote->streams[0].ssrc = local.streams[1].ssrc;
  EXPECT_FALSE(transport_options(local, *remote, kEverything).ok());
}

TEST_F(MediaNegotiation, PeersLimitOfBitrateIsKeptWithinReason) {
  const MediaDescription local = make_offer(kEverything, random_);
  auto remote = make_answer(local, kEverything, random_);
  ASSERT_TRUE(remote.ok());
  remote->streams[1].max_bitrate_bps = 400'000;
  EXPECT_EQ(transport_options(local, *remote, kEverything)->video_target, DataRate::kbps(400));
  remote->streams[1].max_bitrate_bps = 1;
  EXPECT_EQ(transport_options(local, *remote, kEverything)->video_target, DataRate::kbps(30));
  remote->streams[1].max_bitrate_bps = 4'000'000'000;
  EXPECT_EQ(transport_options(local, *remote, kEverything)->video_target, DataRate::kbps(2500));
}

/// Each way of spoiling a good description.
struct Spoiled {
  const char* what;
  void (*spoil)(MediaDescription&);
};

class SpoiledDescription : public ::testing::TestWithParam<Spoiled> {};

TEST_P(SpoiledDescription, IsRefused) {
  SeededRandom random(1);
  MediaDescription description = make_offer(kEverything, random);
  GetParam().spoil(description);
  EXPECT_FALSE(check_description(description).ok()) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    All, SpoiledDescription,
    ::testing::Values(
        Spoiled{"no stream", [](MediaDescription& d) { d.streams.clear(); }},
        Spoiled{"unknown codec", [](MediaDescription& d) { d.streams[0].codec = "PCMU"; }},
        Spoiled{"wrong clock", [](MediaDescription& d) { d.streams[1].clock_rate = 48000; }},
        Spoiled{"codec of the other kind", [](MediaDescription& d) { d.streams[0].codec = "VP8"; }},
        Spoiled{"one kind twice", [](MediaDescription& d) { d.streams[1] = d.streams[0]; }},
        Spoiled{"mid twice", [](MediaDescription& d) { d.streams[1].mid = d.streams[0].mid; }},
        Spoiled{"SSRC twice", [](MediaDescription& d) { d.streams[1].ssrc = d.streams[0].ssrc; }},
        Spoiled{"SSRC zero", [](MediaDescription& d) { d.streams[0].ssrc = 0; }},
        Spoiled{"RTX SSRC of its own stream", [](MediaDescription& d) { d.streams[1].rtx_ssrc = d.streams[1].ssrc; }},
        Spoiled{"payload type twice",
                [](MediaDescription& d) { d.streams[1].payload_type = d.streams[0].payload_type; }},
        Spoiled{"redundancy with the payload type of what it repeats",
                [](MediaDescription& d) { d.streams[0].red_payload_type = d.streams[0].payload_type; }},
        Spoiled{"payload type that looks like RTCP", [](MediaDescription& d) { d.streams[0].payload_type = 72; }},
        Spoiled{"payload type over 127", [](MediaDescription& d) { d.streams[0].payload_type = 128; }},
        Spoiled{"extension id 15", [](MediaDescription& d) { d.mid_extension_id = 15; }},
        Spoiled{"extension id twice",
                [](MediaDescription& d) { d.transport_sequence_extension_id = d.mid_extension_id; }}));

}  // namespace
}  // namespace sotto::engine
