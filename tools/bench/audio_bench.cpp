#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "media/audio/audio_sender.hpp"
#include "tools/bench/bench_command.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/machine_report.hpp"
#include "tools/bench/markdown_table.hpp"
#include "tools/bench_audio/arrival_trace.hpp"
#include "tools/bench_audio/trace_figures.hpp"
#include "tools/bench_audio/trace_maker.hpp"
#include "tools/bench_audio/trace_page.hpp"
#include "tools/call/media_feed.hpp"
#include "tools/demo/format.hpp"
#include "tools/harness/write_file.hpp"
#include "tools/report/report_page.hpp"
#include "tools/settings/account_options.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kTick = 10ms;

struct Given {
  BenchOptions bench;
  std::string trace;               ///< a file
  std::vector<std::string> paths;  ///< that are made up; none: all
  std::string sound;               ///< a file
  std::string plot;                ///< a file to be written
  std::vector<std::string> make;   ///< a path and a file to be written
  int seed = 1;
  int copies = -1;  ///< -1: as a call would
};

/// A path that sound is sent over, once a round.
struct Course {
  std::string name, what;
  std::vector<ArrivalTrace> traces;        ///< one for each round; or one for all
  std::vector<TraceFigures> figures = {};  ///< one for each round
};

Result<std::vector<Course>> courses_of(const Given& given) {
  std::vector<Course> courses;
  if (!given.trace.empty()) {
    auto trace = read_arrival_trace(given.trace);
    if (!trace) return trace.error();
    courses.push_back({given.trace, "a trace of " + std::to_string(trace->sent) + " packets", {std::move(*trace)}});
    return courses;
  }
  for (const MadePath& path : made_paths()) {
    const bool wanted =
        given.paths.empty() || std::find(given.paths.begin(), given.paths.end(), path.name) != given.paths.end();
    if (!wanted) continue;
    Course course{std::string(path.name), std::string(path.what), {}};
    for (int round = 0; round < given.bench.rounds; ++round) {
      course.traces.push_back(*make_arrival_trace(path.name, static_cast<uint64_t>(given.seed + round)));
    }
    courses.push_back(std::move(course));
  }
  return courses;
}

/// Replays the course once. Where ticks lie between each other is nobody's choice: over the rounds, everywhere.
Result<nlohmann::json> run_round(const Given& given, Course& course, int round) {
  const ArrivalTrace& trace = course.traces[static_cast<size_t>(round) % course.traces.size()];
  TraceReplayOptions options;
  if (given.copies >= 0) options.copies = given.copies;
  options.phase = kTick * (2 * round + 1) / (2 * given.bench.rounds);
  options.seed = static_cast<uint64_t>(given.seed + round);
  std::unique_ptr<MediaFeed> feed;
  if (!given.sound.empty()) {
    // Its pictures, which nobody looks at, are as small as they may be.
    auto opened = make_media_feed({.video = {}, .audio = given.sound, .width = 16, .height = 16});
    if (!opened) return opened.error();
    feed = std::move(*opened);
    options.source = [&feed](std::span<int16_t, kAudioBlockSamples> block) { feed->next_block(block); };
  }
  const TraceReplay replay = replay_trace(trace, options);
  const std::vector<media::SoundMatch> matches = media::match_sound(replay.said, replay.heard, replay.match);
  course.figures.push_back(figures_of(replay, matches));
  if (given.plot.empty() || round > 0) return nlohmann::json();
  return trace_on_page(course.name, course.what, trace, replay, matches, course.figures.back());
}

Spread spread_over_rounds(const Course& course, const TraceFigure& figure) {
  std::vector<double> values;
  for (const TraceFigures& round : course.figures) values.push_back(round.*figure.value);
  return spread_of(std::move(values));
}

int print(const Given& given, const std::vector<Course>& courses) {
  if (given.bench.json) {
    BenchReport report{"audio", {{"rounds", given.bench.rounds}, {"seed", given.seed}}, {}};
    for (const Course& course : courses) {
      for (const TraceFigure& figure : trace_figures()) {
        report.figures.push_back({course.name + "." + figure.key, course.name + ", " + figure.what, figure.unit,
                                  spread_over_rounds(course, figure)});
      }
    }
    std::printf("%s\n", to_json(report, machine_report()).dump(2).c_str());
  } else {
    std::vector<std::vector<std::string>> rows = {{""}};
    for (const TraceFigure& figure : trace_figures()) rows.front().push_back(figure.column);
    for (const Course& course : courses) {
      rows.push_back({course.name});
      for (const TraceFigure& figure : trace_figures()) {
        rows.back().push_back(format("%.*f", figure.digits, spread_over_rounds(course, figure).median));
      }
    }
    std::printf("%s", markdown_table(std::move(rows), 1).c_str());
  }
  return std::fflush(stdout) == 0 ? kDone : kFailed;
}

int make_trace(const Given& given) {
  const std::string &name = given.make[0], &file = given.make[1];
  const auto trace = make_arrival_trace(name, static_cast<uint64_t>(given.seed));
  const std::string text =
      arrival_trace_text(*trace, "sotto bench audio --make-trace " + name + ", seed " + std::to_string(given.seed));
  const auto written = write_file(file, as_bytes(text));
  return written ? kDone : report_failure("bench", written.error());
}

int run(const Given& given) {
  if (!given.make.empty()) return make_trace(given);
  auto courses = courses_of(given);
  if (!courses) return report_failure("bench", courses.error());
  Progress progress("sotto bench audio");
  nlohmann::json replays = nlohmann::json::array();
  for (Course& course : *courses) {
    for (int round = 0; round < given.bench.rounds; ++round) {
      progress.show(course.name + format(", round %d of %d", round + 1, given.bench.rounds));
      auto shown = run_round(given, course, round);
      if (!shown) return report_failure("bench", shown.error());
      if (!shown->is_null()) replays.push_back(std::move(*shown));
    }
  }
  if (!given.plot.empty()) {
    const std::string page = make_sound_page(replays);
    const auto written = write_file(given.plot, as_bytes(page));
    if (!written) return report_failure("bench", written.error());
  }
  return print(given, *courses);
}

std::string explanation() {
  std::string text =
      "A trace is a table with a line for each packet, one sent each 20 ms:\n"
      "  sequence,arrived_ms,bytes\n"
      "  0,25.000,80\n"
      "  1,lost,80\n"
      "Times count from when the first packet was sent; packets that are left out were lost; lines with # in front "
      "are\n"
      "remarks. Sound is sent as a call would, and each packet fares as that of the trace. Time is virtual: the same\n"
      "trace gives the same figures on any machine, but for what codecs make of it.\n"
      "Paths that are made up, a minute each:\n";
  for (const MadePath& path : made_paths()) {
    text += "  " + std::string(path.name) + std::string(14 - path.name.size(), ' ') + std::string(path.what) + "\n";
  }
  text.pop_back();
  return text;
}

}  // namespace

Command audio_bench(CLI::App& bench) {
  auto given = std::make_shared<Given>();
  CLI::App* const command =
      bench.add_subcommand("audio", "What is heard, and how late, over traces of good and bad paths: in virtual time");
  std::vector<std::string> names;
  for (const MadePath& path : made_paths()) names.emplace_back(path.name);
  auto* const paths = command->add_option("paths", given->paths, "Of the paths that are made up, these [all]")
                          ->check(CLI::IsMember(names).description(""));
  auto* const trace = command->add_option("--trace", given->trace, "A trace to send sound over")
                          ->check(CLI::ExistingFile)
                          ->type_name("FILE")
                          ->excludes(paths);
  command->add_option("--copies", given->copies, "Of earlier packets in each [by what is lost]")
      ->check(CLI::Range(0, media::kMaxAudioCopies));
  command->add_option("--audio", given->sound, "A file that FFmpeg reads, to be sent [a test voice]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command->add_option("--plot", given->plot, "Write a page that shows the first round over time")->type_name("FILE");
  command->add_option("--seed", given->seed, "Of paths and test voice")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--make-trace", given->make, "Write the trace of a path that is made up, and do nothing else")
      ->type_name("PATH FILE")
      ->expected(2)
      ->check(CLI::IsMember(names).description("").application_index(0))
      ->excludes(trace)
      ->excludes(paths);
  add_bench_options(*command, given->bench);
  command->footer(explanation());
  return {command, [given] { return run(*given); }};
}

}  // namespace sotto::tools
