#include <gmock/gmock.h>

#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/shell_command.hpp"
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
  expect_report("codecs --rounds 1", {"opus_encode", "opus_decode_load", "vp8_encode_640x360", "vp8_decode_1280x720",
                                      "end_640x360", "end_1280x720"});
}

TEST(BenchProgram, MeasuresACallBesideItsCodecs) {
  const json report =
      expect_report("call --rounds 1 --seconds 1 --warm-up 0 --size 160x90",
                    {"call_cpu", "codecs_cpu", "allocations_per_datagram", "wakeups", "memory", "cpu_sotto-network"});
  EXPECT_TRUE(report.at("figures").at("call_cpu").at("ratios").contains("codecs"));
  EXPECT_EQ(report.at("settings").at("width"), 160);
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
  const ShellOutcome outcome = bench("call --size 641x360", "2>&1");
  EXPECT_EQ(outcome.code, kWrongUsage);
  EXPECT_THAT(outcome.text, HasSubstr("even numbers"));
}

TEST(BenchProgram, ExplainsItself) {
  const ShellOutcome outcome = bench("--help", "2>&1");
  EXPECT_EQ(outcome.code, kDone);
  for (const char* const name : {"primitives", "codecs", "call", "echo"}) EXPECT_THAT(outcome.text, HasSubstr(name));
}

}  // namespace
}  // namespace sotto::tools
