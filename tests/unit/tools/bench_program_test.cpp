#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/shell_command.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/command.hpp"

// `sotto bench` as a script runs it, with as few rounds as there can be. How long things take is not looked at.

namespace sotto::tools {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// `redirection` is of standard error.
ShellOutcome bench(const std::string& arguments, const std::string& redirection) {
  return run_in_shell(std::string(SOTTO_PROGRAM) + " bench " + arguments + " " + redirection + " </dev/null");
}

void expect_sound(const std::string& key, const json& spread, bool may_be_zero) {
  for (const char* const part : {"p10", "median", "p90"}) {
    ASSERT_TRUE(spread.at(part).is_number()) << key;  // what is not finite becomes null
    const double value = spread.at(part);
    EXPECT_TRUE(value > 0 || (may_be_zero && value == 0)) << key << ": " << value;
  }
}

/// Runs it, and looks whether each figure is one.
json expect_report(const std::string& arguments, std::initializer_list<const char*> keys) {
  const ShellOutcome outcome = bench(arguments + " --json", "");
  EXPECT_EQ(outcome.code, kDone) << outcome.text;
  const json report = json::parse(outcome.text, nullptr, false);
  if (!report.is_object()) {
    ADD_FAILURE() << outcome.text;
    return {};
  }
  for (const char* const key : keys) EXPECT_TRUE(report.at("figures").contains(key)) << key;
  for (const auto& [key, figure] : report.at("figures").items()) {
    // Threads may have slept throughout, and nothing may have been allocated.
    const bool may_be_zero = key.starts_with("allocations") || key.starts_with("cpu_") || key.starts_with("wakeups_");
    expect_sound(key, figure, may_be_zero);
    if (!figure.contains("ratios")) continue;
    for (const auto& [floor, ratio] : figure.at("ratios").items()) expect_sound(key + "/" + floor, ratio, false);
  }
  return report;
}

TEST(BenchProgram, MeasuresPrimitivesBesideTheirFloors) {
  const json report = expect_report("primitives --rounds 1",
                                    {"aes_256_gcm_seal_1200", "aes_256_gcm_open_100", "udp_1200", "srtp_protect_1200",
                                     "srtp_unprotect_100", "packet_path_video", "packet_path_video_estimating",
                                     "packet_path_audio", "jitter_buffer", "audio_receiver", "frame_assembler"});
  EXPECT_EQ(report.at("settings").at("rounds"), 1);
  EXPECT_TRUE(report.at("figures").at("packet_path_video").at("ratios").contains("AES-256-GCM"));
  EXPECT_TRUE(report.at("figures").at("packet_path_video").at("ratios").contains("UDP"));
}

TEST(BenchProgram, MeasuresCodecs) {
  const json report =
      expect_report("codecs --rounds 1", {"opus_encode", "opus_decode_load", "sound_path", "vp8_encode_640x360",
                                          "vp8_decode_1280x720", "end_640x360", "end_1280x720"});
  EXPECT_TRUE(report.at("figures").at("sound_path").at("ratios").contains("Opus"));
}

TEST(BenchProgram, MeasuresACallBesideItsCodecs) {
  const json report =
      expect_report("call --rounds 1 --seconds 1 --warm-up 0 --size 160x90",
                    {"call_cpu", "codecs_cpu", "allocations_per_datagram", "wakeups", "memory", "cpu_sotto-network"});
  EXPECT_TRUE(report.at("figures").at("call_cpu").at("ratios").contains("codecs"));
  EXPECT_EQ(report.at("settings").at("width"), 160);
}

TEST(BenchProgram, SendsSoundOverPathsThatAreMadeUp) {
  const ShellOutcome outcome = bench("audio clean loss30 --json", "");
  EXPECT_EQ(outcome.code, kDone) << outcome.text;
  const json figures = json::parse(outcome.text).at("figures");
  EXPECT_EQ(figures.at("clean.lost").at("median"), 0);
  EXPECT_GT(figures.at("loss30.lost").at("median"), 20);
  for (const char* const key : {"delay_p50", "delay_p95", "held_p50", "sent", "intelligibility"}) {
    EXPECT_GT(figures.at("loss30." + std::string(key)).at("median"), 0) << key;
  }
}

TEST(BenchProgram, SendsSoundOverATraceAndShowsItOnAPage) {
  const TemporaryFolder folder;
  const std::string trace = folder / "trace.csv", page = folder / "page.html";
  EXPECT_EQ(bench("audio --make-trace handover " + trace, "2>&1").text, "");
  const ShellOutcome outcome = bench("audio --trace " + trace + " --plot " + page, "2>&1");
  EXPECT_EQ(outcome.code, kDone) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("  STOI |"));
  EXPECT_GT(std::filesystem::file_size(page), 100'000u);
}

TEST(BenchProgram, SaysWhichLineOfATraceIsWrong) {
  const TemporaryFolder folder;
  const std::string trace = folder / "trace.csv";
  std::ofstream(trace) << "sequence,arrived_ms,bytes\n0,25,80\n1,soon,80\n";
  const ShellOutcome outcome = bench("audio --trace " + trace, "2>&1");
  EXPECT_EQ(outcome.code, kFailed);
  EXPECT_THAT(outcome.text, HasSubstr("trace.csv, line 3: arrived_ms"));
}

TEST(BenchProgram, MeasuresEchoCancellation) {
  const ShellOutcome outcome = bench("echo --rounds 1 --json", "");
  EXPECT_EQ(outcome.code, kDone) << outcome.text;
  const json report = json::parse(outcome.text, nullptr, false);
  ASSERT_TRUE(report.is_object());
  // Decibels may be less than none.
  for (const char* const key : {"erle_20ms_webrtc", "near_20ms_webrtc", "erle_200ms_slow_speex", "processing"}) {
    EXPECT_TRUE(report.at("figures").contains(key)) << key;
  }
  EXPECT_TRUE(report.at("figures").at("processing").at("ratios").contains("Opus"));
}

TEST(BenchProgram, ShowsPeopleATable) {
  const ShellOutcome outcome = bench("primitives --rounds 1", "2>&1");
  EXPECT_EQ(outcome.code, kDone);
  EXPECT_THAT(outcome.text, HasSubstr("| SRTP, protect, 1200 bytes"));
}

TEST(BenchProgram, SaysWhatIsWrongWithItsArguments) {
  EXPECT_EQ(bench("", "2>&1").code, kWrongUsage);
  EXPECT_EQ(bench("speed", "2>&1").code, kWrongUsage);
  EXPECT_EQ(bench("codecs --rounds 0", "2>&1").code, kWrongUsage);
  EXPECT_EQ(bench("call --seconds 0", "2>&1").code, kWrongUsage);
  EXPECT_EQ(bench("audio no-such-path", "2>&1").code, kWrongUsage);
  EXPECT_EQ(bench("audio --make-trace no-such-path file", "2>&1").code, kWrongUsage);
  EXPECT_EQ(bench("audio clean --copies 4", "2>&1").code, kWrongUsage);
  const ShellOutcome outcome = bench("call --size 641x360", "2>&1");
  EXPECT_EQ(outcome.code, kWrongUsage);
  EXPECT_THAT(outcome.text, HasSubstr("even numbers"));
}

TEST(BenchProgram, ExplainsItself) {
  const ShellOutcome outcome = bench("--help", "2>&1");
  EXPECT_EQ(outcome.code, kDone);
  for (const char* const name : {"primitives", "codecs", "audio", "call", "echo"})
    EXPECT_THAT(outcome.text, HasSubstr(name));
}

}  // namespace
}  // namespace sotto::tools
