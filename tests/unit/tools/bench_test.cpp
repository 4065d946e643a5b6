#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/bench/interleaved.hpp"
#include "tools/bench/machine_report.hpp"
#include "tools/bench/own_usage.hpp"
#include "tools/bench/prepared_media.hpp"
#include "tools/bench/report.hpp"
#include "tools/bench/side_by_side.hpp"
#include "tools/bench/spread.hpp"

namespace sotto::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Spread, IsTheMiddleAndWhatFourFifthsLieBetween) {
  const Spread spread = spread_of({5, 1, 3, 2, 4, 11, 7, 8, 9, 10, 6});
  EXPECT_DOUBLE_EQ(spread.p10, 2);
  EXPECT_DOUBLE_EQ(spread.median, 6);
  EXPECT_DOUBLE_EQ(spread.p90, 10);
}

TEST(Spread, LiesBetweenTwoValuesWhereNoneIsInTheMiddle) {
  EXPECT_DOUBLE_EQ(spread_of({1, 2}).median, 1.5);
  EXPECT_DOUBLE_EQ(spread_of({7}).p90, 7);
}

TEST(Spread, DividesEachValueByTheFloorOfItsOwnRound) {
  EXPECT_THAT(ratios(std::vector<double>{2, 9}, std::vector<double>{1, 3}), ElementsAre(2, 3));
  EXPECT_THAT(sums(std::vector<double>{2, 9}, std::vector<double>{1, 3}), ElementsAre(3, 12));
}

// A clock that contestants move on themselves.
CpuTime fake_time{};
CpuTime fake_clock() { return fake_time; }

TEST(InterleavedRounds, LetsAllRunInTurnAndLeavesTheFirstRoundOut) {
  std::string order;
  const auto contestant = [&](char name, int nanoseconds) {
    return Contestant{10, [] { fake_time += CpuTime(1'000'000); },
                      [&order, name, nanoseconds] {
                        order += name;
                        fake_time += CpuTime(nanoseconds);
                      }};
  };
  const std::vector<Contestant> contestants = {contestant('a', 50), contestant('b', 200)};
  std::vector<int> told;
  const auto measured = run_interleaved(
      contestants,
      {.rounds = 2, .runs = 2, .on_round = [&](int round) { told.push_back(round); }, .clock = fake_clock});
  EXPECT_EQ(order, "aabbaabbaabb");
  EXPECT_THAT(measured, ElementsAre(ElementsAre(5, 5), ElementsAre(20, 20)));
  EXPECT_THAT(told, ElementsAre(1, 2));
}

TEST(SideBySide, ComparesWithTheSumOfSeveralSteps) {
  const auto taking = [](int nanoseconds) {
    return Contestant{1, {}, [nanoseconds] { fake_time += CpuTime(nanoseconds); }};
  };
  const SideBySide measured({{"seal", "seal", taking(100)},
                             {"open", "open", taking(300)},
                             {"path", "path", taking(1200), {{"cipher", {"seal", "open"}}}}},
                            {.rounds = 3, .runs = 1, .on_round = {}, .clock = fake_clock});
  const std::vector<Figure> figures = measured.figures("us", 1000);
  ASSERT_EQ(figures.size(), 3u);
  EXPECT_DOUBLE_EQ(figures[2].value.median, 1.2);
  ASSERT_EQ(figures[2].comparisons.size(), 1u);
  EXPECT_DOUBLE_EQ(figures[2].comparisons[0].ratio.median, 3);
}

std::vector<Figure> two_figures() {
  return {{"raw", "raw cipher", "ns", {400, 432.4, 440}},
          {"srtp", "SRTP", "ns", {0.5, 12.345, 1.234}, {{"cipher", {2.2, 2.31, 2.4}}}}};
}

TEST(BenchReport, IsATableForPeopleAndForMarkdown) {
  EXPECT_EQ(to_table(two_figures()),
            "|            | unit | median | 10 % | 90 % | / cipher |\n"
            "| ---------- | ---- | -----: | ---: | ---: | -------: |\n"
            "| raw cipher | ns   |    432 |  400 |  440 |          |\n"
            "| SRTP       | ns   |   12.3 |  0.5 | 1.23 |     2.31 |\n");
}

TEST(BenchReport, IsOneObjectForMachines) {
  const nlohmann::json report = to_json({"primitives", {{"rounds", 51}}, two_figures()}, {{"cores", 2}});
  EXPECT_EQ(report.at("bench"), "primitives");
  EXPECT_EQ(report.at("settings").at("rounds"), 51);
  EXPECT_EQ(report.at("machine").at("cores"), 2);
  const auto& srtp = report.at("figures").at("srtp");
  EXPECT_EQ(srtp.at("what"), "SRTP");
  EXPECT_EQ(srtp.at("unit"), "ns");
  EXPECT_EQ(srtp.at("median"), 12.345);
  EXPECT_EQ(srtp.at("ratios").at("cipher").at("p90"), 2.4);
  EXPECT_FALSE(report.at("figures").at("raw").contains("ratios"));
}

TEST(MachineReport, KeepsOfAProcessorWhatCodecsAndCiphersLookFor) {
  const nlohmann::json processor = processor_report(
      "processor\t: 0\nmodel name\t: Example 9000\nflags\t\t: fpu aes syscall avx2\n\nprocessor\t: 1\n"
      "model name\t: Another\nflags\t\t: fpu sve\n");
  EXPECT_EQ(processor.at("model"), "Example 9000");
  EXPECT_EQ(processor.at("features"), nlohmann::json::array({"aes", "avx2"}));
}

TEST(MachineReport, SaysWhatAndWhen) {
  const nlohmann::json machine = machine_report();
  EXPECT_GT(machine.at("cores"), 0u);
  EXPECT_TRUE(machine.at("libraries").contains("openssl"));
  EXPECT_THAT(machine_line(machine), HasSubstr(machine.at("date").get<std::string>()));
}

TEST(OwnUsage, FindsNumbersInWhatTheKernelSays) {
  const std::string status =
      "Name:\tsotto\nVmHWM:\t  1234 kB\nnonvoluntary_ctxt_switches:\t7\nvoluntary_ctxt_switches:\t9";
  EXPECT_EQ(number_in(status, "VmHWM:"), 1234u);
  EXPECT_EQ(number_in(status, "voluntary_ctxt_switches:"), 9u);
  EXPECT_EQ(number_in(status, "VmRSS:"), 0u);
  EXPECT_EQ(number_in("883638 149393 2\n", ""), 883638u);
  EXPECT_EQ(number_in("", ""), 0u);
}

TEST(OwnUsage, IsTheDifferenceOfThreadsThatLivedThroughout) {
  const std::map<std::string, ThreadUsage> before = {{"a", {CpuTime(100), 5}}, {"ended", {CpuTime(9), 9}}};
  const std::map<std::string, ThreadUsage> after = {{"a", {CpuTime(170), 6}}, {"new", {CpuTime(3), 2}}};
  const auto used = difference(before, after);
  ASSERT_EQ(used.size(), 2u);
  EXPECT_EQ(used.at("a").cpu, CpuTime(70));
  EXPECT_EQ(used.at("a").wakeups, 1u);
  EXPECT_EQ(used.at("new").wakeups, 2u);
}

// Counts what is asked of it; every picture is as bright as its number.
class CountingFeed final : public MediaFeed {
 public:
  void next_block(std::span<int16_t, kAudioBlockSamples> block) override {
    std::fill(block.begin(), block.end(), blocks_++);
  }
  std::shared_ptr<const VideoBuffer> frame(int64_t number) override {
    if (number == pictures_) return nullptr;
    std::fill(picture_->bytes().begin(), picture_->bytes().end(), static_cast<uint8_t>(number));
    return picture_;
  }
  int64_t pictures_ = 3;

 private:
  int16_t blocks_ = 0;
  const std::shared_ptr<VideoBuffer> picture_ = std::make_shared<VideoBuffer>(16, 16);
};

TEST(PreparedMedia, KeepsPicturesOfAFeedThatReusesItsMemory) {
  CountingFeed feed;
  const auto media = PreparedMedia::take_from(feed);
  ASSERT_TRUE(media.ok());
  std::vector<int> seen;
  for (int64_t i = 0; i < 7; ++i) seen.push_back((*media)->picture(i)->bytes()[0]);
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 2, 1, 0, 0));
}

TEST(PreparedMedia, NeedsAPicture) {
  CountingFeed feed;
  feed.pictures_ = 0;
  EXPECT_EQ(PreparedMedia::take_from(feed).error().code, ErrorCode::kUnavailable);
}

TEST(PreparedMedia, IsPlayedWithANoteOfWhatWentWhere) {
  CountingFeed source;
  const auto log = std::make_shared<FeedLog>();
  PreparedFeed feed(PreparedMedia::take_from(source).value(), log, 1s);
  std::array<int16_t, kAudioBlockSamples> block;
  feed.next_block(block);
  feed.next_block(block);
  EXPECT_EQ(block[0], 1);
  EXPECT_EQ(feed.frame(1)->bytes()[0], 1);
  EXPECT_EQ(log->blocks.size(), 2u);
  ASSERT_EQ(log->pictures.size(), 1u);
  EXPECT_EQ(log->pictures[0].number, 1);
}

}  // namespace
}  // namespace sotto::tools
