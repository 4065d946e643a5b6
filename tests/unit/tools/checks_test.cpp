#include <gmock/gmock.h>

#include <algorithm>

#include "tools/demo/summary.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;

Direction good_direction() {
  Direction direction;
  direction.frames_sent = direction.frames_shown = 450;
  direction.pictures = {{30, "a", 41, 0.95}, {60, "b", 43, 0.97}};
  direction.psnr = 42, direction.psnr_min = 41, direction.ssim = 0.96;
  direction.sound_correlation = 0.94, direction.sound_matched = 1, direction.sound_windows = 70;
  direction.first_picture_ms = 60.0, direction.first_sound_ms = 40.0;
  return direction;
}

Summary good_summary() {
  Summary summary;
  summary.version = "sotto 0.1.0";
  summary.width = 1280, summary.height = 720, summary.seconds = 15;
  summary.peers[0].name = "Alice";
  summary.peers[1].name = "Bob";
  summary.peers[0].statistics = {{"local_fingerprint", "AA:AA"}, {"peer_fingerprint", "BB:BB"}};
  summary.peers[1].statistics = {{"local_fingerprint", "BB:BB"}, {"peer_fingerprint", "AA:AA"}};
  for (Summary::Peer& peer : summary.peers) {
    peer.statistics["srtp"] = "SRTP_AEAD_AES_256_GCM";
    peer.statistics["datagrams_sent"] = 4000u;
  }
  summary.directions = {good_direction(), good_direction()};
  WireReport wire;
  wire.by_class[static_cast<size_t>(DatagramClass::kSrtp)] = {8000, 8'000'000};
  wire.sent_by = {4010, 4010};
  wire.payload_blocks = 500'000;
  summary.wire = wire;
  return summary;
}

/// What did not pass, in one text.
std::string failures(const Summary& summary) {
  std::string text;
  for (const Check& entry : check(summary)) {
    if (!entry.passed) text += entry.what + ": " + entry.detail + "\n";
  }
  return text;
}

TEST(DemoChecks, PassAGoodCall) { EXPECT_EQ(failures(good_summary()), ""); }

TEST(DemoChecks, TellQualityOnAnEmulatedNetworkWithoutJudgingIt) {
  Summary summary = good_summary();
  summary.network = "loss=30%";
  summary.directions[0].psnr = 20;
  summary.directions[1].sound_correlation = 0.2;
  summary.wire->sent_by[0] = 2900;  // of 4000: the rest was lost before the wire
  EXPECT_EQ(failures(summary), "");
  summary.directions[0].pictures.clear();
  EXPECT_THAT(failures(summary), HasSubstr("no picture arrived"));
  summary = good_summary();
  summary.network = "loss=30%";
  summary.wire->sent_by[1] = 3999;
  EXPECT_THAT(failures(summary), HasSubstr("the wire was watched")) << "Bob's path is as it was";
}

TEST(DemoChecks, WantPicturesAbove33DecibelsBothWays) {
  Summary summary = good_summary();
  summary.directions[0].psnr = 32.9;
  EXPECT_THAT(failures(summary), HasSubstr("Bob sees what Alice shows: PSNR 32.9 dB"));
  summary = good_summary();
  summary.directions[1].psnr = 33.0;
  EXPECT_THAT(failures(summary), HasSubstr("Alice sees what Bob shows"));
}

TEST(DemoChecks, WantAPictureAtAll) {
  Summary summary = good_summary();
  summary.directions[1] = Direction();
  EXPECT_THAT(failures(summary), HasSubstr("no picture arrived"));
  EXPECT_THAT(failures(summary), HasSubstr("no sound arrived"));
}

TEST(DemoChecks, WantSoundThatIsWhatWasSaid) {
  Summary summary = good_summary();
  summary.directions[0].sound_correlation = 0.79;
  EXPECT_THAT(failures(summary), HasSubstr("Bob hears what Alice says: correlation 0.790"));
}

TEST(DemoChecks, WantFingerprintsThatAgreeCrosswise) {
  Summary summary = good_summary();
  summary.peers[1].statistics["peer_fingerprint"] = "CC:CC";
  EXPECT_THAT(failures(summary), HasSubstr("fingerprints do not agree"));
  summary.peers[1].statistics.erase("peer_fingerprint");
  EXPECT_THAT(failures(summary), HasSubstr("fingerprints do not agree"));
}

TEST(DemoChecks, WantAes256AtBothEnds) {
  Summary summary = good_summary();
  summary.peers[0].statistics["srtp"] = "SRTP_AES128_CM_SHA1_80";
  EXPECT_THAT(failures(summary), HasSubstr("Alice uses SRTP_AES128_CM_SHA1_80"));
  summary.peers[0].statistics = nlohmann::json::object();
  EXPECT_THAT(failures(summary), HasSubstr("Alice uses none"));
}

TEST(DemoChecks, WantNothingElseOnTheWire) {
  Summary summary = good_summary();
  summary.wire->by_class[static_cast<size_t>(DatagramClass::kOther)] = {1, 100};
  EXPECT_THAT(failures(summary), HasSubstr("nothing else is on the wire: 1 of 8001 datagrams"));
  summary = good_summary();
  summary.wire->outside = 2;
  EXPECT_THAT(failures(summary), HasSubstr("2 go to or come from others"));
}

TEST(DemoChecks, WantNoPayloadOnTheWireAndSomeToLookFor) {
  Summary summary = good_summary();
  summary.wire->with_payload = 1;
  EXPECT_THAT(failures(summary), HasSubstr("no picture or sound can be read on the wire: 1 datagrams"));
  summary = good_summary();
  summary.wire->payload_blocks = 0;
  EXPECT_THAT(failures(summary), HasSubstr("no picture or sound can be read on the wire"));
}

TEST(DemoChecks, WantAllDatagramsToHaveBeenSeen) {
  Summary summary = good_summary();
  summary.wire->lost_by_capture = 3;
  EXPECT_THAT(failures(summary), HasSubstr("missed 3"));
  summary = good_summary();
  summary.wire->sent_by[1] = 3999;
  EXPECT_THAT(failures(summary), HasSubstr("3999 of the 4000 datagrams that Bob sent"));
}

TEST(DemoChecks, FailWithoutACaptureUnlessNoneWasWanted) {
  Summary summary = good_summary();
  summary.wire.reset();
  summary.wire_problem = "cannot watch the wire: it takes root or CAP_NET_RAW";
  EXPECT_THAT(failures(summary), HasSubstr("it takes root or CAP_NET_RAW"));
  summary.wire_wanted = false;
  EXPECT_EQ(failures(summary), "");
}

TEST(DemoSummary, TellsPeopleAndProgramsTheSame) {
  Summary summary = good_summary();
  summary.directions[1].psnr = 20;
  const std::vector<Check> checks = check(summary);
  const std::string text = to_text(summary, checks);
  EXPECT_THAT(text, HasSubstr("Alice to Bob"));
  EXPECT_THAT(text, HasSubstr("PSNR 42.00 dB"));
  EXPECT_THAT(text, HasSubstr("SRTP_AEAD_AES_256_GCM"));
  EXPECT_THAT(text, HasSubstr("FAILED Alice sees what Bob shows"));
  const nlohmann::json json = to_json(summary, checks);
  EXPECT_EQ(json["alice_to_bob"]["psnr_y"], 42.0);
  EXPECT_EQ(json["bob_to_alice"]["psnr_y"], 20.0);
  EXPECT_EQ(json["checks"].size(), checks.size());
  EXPECT_EQ(json["checks"][1]["passed"], false);
  EXPECT_EQ(json["wire"]["classes"]["SRTP"]["datagrams"], 8000);
}

TEST(DemoSummary, CanBeToldOfACallThatMeasuredNothing) {
  const Summary summary;
  const std::vector<Check> checks = check(summary);
  EXPECT_THAT(to_text(summary, checks), HasSubstr("never"));
  EXPECT_EQ(to_json(summary, checks)["wire"], nullptr);
}

}  // namespace
}  // namespace sotto::tools
