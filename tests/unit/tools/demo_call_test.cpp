#include "tools/demo/demo_call.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"
#include "tools/demo/demo_report.hpp"
#include "tools/demo/recording.hpp"

// A whole call of two processes over real sockets. How good it is depends on what else the machine does, and is for the
// demonstration to judge; here it is about the way that it takes.

namespace sotto::tools {
namespace {

using testing::HasSubstr;

class DemoCallTest : public testing::Test {
 protected:
  DemoCallTest() {
    setting_.program = SOTTO_PROGRAM;
    setting_.options.seconds = 1;
    setting_.say = [](const std::string&) {};
    for (size_t i = 0; i < 2; ++i) {
      setting_.folders[i] = folder_ / (i == 0 ? "alice" : "bob");
      std::filesystem::create_directories(setting_.folders[i]);
      summary_.peers[i].name = i == 0 ? "Alice" : "Bob";
    }
  }

  void prepare() {
    for (size_t i = 0; i < 2; ++i) {
      const DemoMediaRequest request{.seed = static_cast<uint32_t>(i + 1),
                                     .width = 320,
                                     .height = 180,
                                     .seconds = 1,
                                     .folder = setting_.folders[i]};
      Result<DemoMedia> media = prepare_media(request, setting_.say);
      ASSERT_TRUE(media.ok()) << media.error().message;
      setting_.media[i] = std::move(media).value();
    }
  }

  /// A program that does what `script` says, whatever it is asked.
  void use_script(const std::string& script) {
    setting_.program = folder_ / "script";
    std::ofstream(setting_.program) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(setting_.program, std::filesystem::perms::owner_all);
  }

  TemporaryFolder folder_;
  Interruption interruption_;
  DemoCall::Setting setting_;
  Summary summary_;
};

TEST_F(DemoCallTest, TakesTwoProcessesFromDiallingToHangingUp) {
  ASSERT_NO_FATAL_FAILURE(prepare());
  DemoCall call(setting_, interruption_);
  const Result<void> done = call.run(summary_);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_THAT(summary_.version, HasSubstr("sotto "));
  EXPECT_EQ(summary_.peers[0].end_reason, "hung up");
  EXPECT_THAT(summary_.peers[1].end_reason, HasSubstr("hung up"));
  EXPECT_GT(summary_.dial_to_ringing_ms, 0);
  EXPECT_GT(summary_.peers[0].peak_memory_mb, 0);
  EXPECT_EQ(summary_.peers[0].statistics["srtp"], "SRTP_AEAD_AES_256_GCM");
  EXPECT_EQ(summary_.peers[0].statistics["local_fingerprint"], summary_.peers[1].statistics["peer_fingerprint"]);
  EXPECT_EQ(summary_.peers[1].statistics["local_fingerprint"], summary_.peers[0].statistics["peer_fingerprint"]);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_FALSE(call.ports(i).empty());
    EXPECT_GT(std::filesystem::file_size(DemoCall::payload_file(setting_.folders[i])), 0u);
    const Result<Recording> recording = Recording::load(setting_.folders[i]);
    ASSERT_TRUE(recording.ok()) << recording.error().message;
    EXPECT_FALSE(recording.value().sent_blocks.empty());
    EXPECT_FALSE(recording.value().played_blocks.empty());
    EXPECT_FALSE(recording.value().shown_frames.empty());
  }
}

TEST_F(DemoCallTest, IsReportedFromBothEnds) {
  ASSERT_NO_FATAL_FAILURE(prepare());
  setting_.options.network = summary_.network = "delay=5ms,rate=8M";
  DemoCall call(setting_, interruption_);
  const Result<void> done = call.run(summary_);
  ASSERT_TRUE(done.ok()) << done.error().message;
  std::array<Recording, 2> recordings;
  for (size_t i = 0; i < 2; ++i) recordings[i] = Recording::load(setting_.folders[i]).value();
  for (size_t i = 0; i < 2; ++i) {
    const auto compared = compare(setting_.media[i], recordings[i], recordings[1 - i], call.talk_time());
    ASSERT_TRUE(compared.ok()) << compared.error().message;
    summary_.directions[i] = *compared;
  }
  const Result<ReportData> report =
      make_report(summary_, {{"all is well", true, ""}}, {setting_.media, recordings, call.talk_time()});
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->end, "Alice hung up");
  EXPECT_EQ(report->path[0], "host");
  EXPECT_TRUE(report->security.keys_mixed);
  EXPECT_EQ(report->security.peer_class, "sotto");
  EXPECT_NE(report->security.safety_number, "");
  EXPECT_LT(report->dialed, report->accepted);
  EXPECT_EQ(report->link, "delay=5ms,rate=8M");
  ASSERT_EQ(report->link_rates.size(), 1u);
  EXPECT_EQ(report->link_rates[0].kbps, 8000.0);
  ASSERT_EQ(report->directions.size(), 2u);
  for (const ReportDirection& direction : report->directions) {
    EXPECT_GT(direction.sender.size(), 1u);
    EXPECT_GT(direction.receiver.size(), 1u);
    EXPECT_FALSE(direction.pictures.empty());
    EXPECT_FALSE(direction.picture_delays.empty());
    EXPECT_TRUE(direction.sound_sent.has_value());
    EXPECT_TRUE(direction.sound_received.has_value());
  }
  for (const ReportParty& party : report->parties) {
    ASSERT_TRUE(party.timeline.has_value());
    EXPECT_GE(*party.timeline->first_video, *party.timeline->accepted);
  }
}

TEST_F(DemoCallTest, CapturesNothingAtTheCalleeBeforeTheAccept) {
  ASSERT_NO_FATAL_FAILURE(prepare());
  DemoCall call(setting_, interruption_);
  const Result<void> done = call.run(summary_);
  ASSERT_TRUE(done.ok()) << done.error().message;
  const Result<Recording> alice = Recording::load(setting_.folders[0]);
  const Result<Recording> bob = Recording::load(setting_.folders[1]);
  ASSERT_TRUE(alice.ok() && bob.ok());
  EXPECT_LT(alice.value().sent_blocks.front(), call.talk_time().accepted);
  EXPECT_GT(bob.value().sent_blocks.front(), call.talk_time().accepted);
  EXPECT_GT(bob.value().sent_frames.begin()->second, call.talk_time().accepted);
  ASSERT_FALSE(alice.value().shown_frames.empty());
  ASSERT_FALSE(bob.value().shown_frames.empty());
  EXPECT_GT(alice.value().shown_frames.front().time, call.talk_time().accepted);
  EXPECT_GT(bob.value().shown_frames.front().time, call.talk_time().accepted);
}

TEST_F(DemoCallTest, SaysWhatAPeerSaidBeforeItDied) {
  use_script("echo 'no memory left' >&2; exit 7\n");
  DemoCall call(setting_, interruption_);
  const Result<void> done = call.run(summary_);
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("Alice ended before it said 'ready' (exit code 7)"));
  EXPECT_THAT(done.error().message, HasSubstr("no memory left"));
}

TEST_F(DemoCallTest, SaysWhatAPeerComplainedOf) {
  use_script("echo '{\"ev\":\"error\",\"error\":\"no such address\"}'; read forever\n");
  DemoCall call(setting_, interruption_);
  const Result<void> done = call.run(summary_);
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("says: no such address"));
}

TEST_F(DemoCallTest, EndsTheCallWhenItIsInterrupted) {
  use_script("read forever\n");
  DemoCall call(setting_, interruption_);
  ASSERT_EQ(::kill(::getpid(), SIGINT), 0);
  const Result<void> done = call.run(summary_);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "interrupted");
}

}  // namespace
}  // namespace sotto::tools
