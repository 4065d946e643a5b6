#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/bench_command.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/codec_replay.hpp"
#include "tools/bench/loopback_call.hpp"
#include "tools/call/call_options.hpp"
#include "tools/demo/format.hpp"
#include "tools/settings/account_options.hpp"

namespace sotto::tools {
namespace {

constexpr int kDefaultRounds = 3;
constexpr Duration kDevicesFor = 2s;

struct Given {
  BenchOptions bench{.rounds = kDefaultRounds};
  CallOptions call;  ///< of it, what is played
  int seconds = 10;
  int warm_up = 5;
};

Result<LoopbackCallOptions> prepare(const Given& given) {
  LoopbackCallOptions options;
  MediaFeedRequest request = given.call.media;
  for (auto& media : options.media) {
    const auto feed = make_media_feed(request);
    if (!feed) return feed.error();
    auto prepared = PreparedMedia::take_from(**feed);
    if (!prepared) return prepared.error();
    media = std::move(*prepared);
    ++request.seed;
  }
  options.warm_up = std::chrono::seconds(given.warm_up);
  options.length = std::chrono::seconds(given.seconds);
  return options;
}

double cpu_seconds(CpuTime time) { return std::chrono::duration<double>(time).count(); }

/// The figures of all rounds, in the order in which they were first given.
class Table {
 public:
  void add(const std::string& key, const std::string& what, const std::string& unit, double value) {
    Line& line = of(key);
    line.figure.what = what;
    line.figure.unit = unit;
    line.values.push_back(value);
  }
  /// Beside the value that `key` was given in the same round.
  void compare(const std::string& key, const std::string& floor, double value) {
    Line& line = of(key);
    line.floor = floor;
    line.ratios.push_back(line.values.back() / value);
  }

  std::vector<Figure> figures() const {
    std::vector<Figure> figures;
    for (const Line& line : lines_) {
      Figure& figure = figures.emplace_back(line.figure);
      figure.value = spread_of(line.values);
      if (!line.ratios.empty()) figure.comparisons.push_back({line.floor, spread_of(line.ratios)});
    }
    return figures;
  }

 private:
  struct Line {
    Figure figure;
    std::vector<double> values;
    std::string floor;
    std::vector<double> ratios;
  };

  Line& of(const std::string& key) {
    const auto found =
        std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) { return line.figure.key == key; });
    if (found != lines_.end()) return *found;
    Line& line = lines_.emplace_back();
    line.figure.key = key;
    return line;
  }

  std::vector<Line> lines_;
};

void add_round(Table& table, const CallObservation& call, const CodecCost& codecs, const DeviceCost& devices) {
  const double seconds = call.seconds();
  const auto per_second = [&](auto count) { return static_cast<double>(count) / seconds; };
  const auto load = [&](CpuTime time) { return cpu_seconds(time) / seconds; };
  const char* const kLoad = "CPU s a second";
  const char* const kRate = "a second";
  const char* const kCodecs = "codecs";

  table.add("call_cpu", "call, both ends", kLoad, load(call.cpu) - devices.cpu);
  table.compare("call_cpu", kCodecs, load(codecs.total()));
  table.add("codecs_cpu", "its codecs alone, same frames", kLoad, load(codecs.total()));
  table.add("vp8_encode_cpu", "of these VP8, encode", kLoad, load(codecs.picture_encode));
  table.add("vp8_decode_cpu", "of these VP8, decode", kLoad, load(codecs.picture_decode));
  table.add("opus_encode_cpu", "of these Opus, encode", kLoad, load(codecs.sound_encode));
  table.add("opus_decode_cpu", "of these Opus, decode", kLoad, load(codecs.sound_decode));
  table.add("devices_cpu", "stand-ins for devices, taken off", kLoad, devices.cpu);
  table.add("pictures", "pictures encoded, both ends", kRate, per_second(call.pictures));
  table.add("datagrams", "datagrams sent, both ends", kRate, per_second(call.datagrams));
  // A call that sent nothing has none of them.
  const auto per = [&](uint64_t count) {
    return static_cast<double>(call.allocations) / static_cast<double>(std::max<uint64_t>(count, 1));
  };
  table.add("allocations_per_datagram", "operator new", "a datagram", per(call.datagrams));
  table.add("allocations_per_picture", "operator new", "a picture", per(call.pictures));
  uint64_t wakeups = 0;
  for (const auto& [name, usage] : call.threads) wakeups += usage.wakeups;
  table.add("wakeups", "wake-ups of all threads, both ends", kRate, per_second(wakeups));
  table.add("devices_wakeups", "of these the stand-ins' own", kRate, devices.wakeups);
  table.add("memory", "memory of both ends, at the most", "MB", call.memory_mb);
  for (const auto& [name, usage] : call.threads) {
    table.add("cpu_" + name, name, kLoad, load(usage.cpu));
    table.add("wakeups_" + name, name + ", wake-ups", kRate, per_second(usage.wakeups));
  }
}

int run(Given& given) {
  if (const auto checked = check(given.call); !checked) return report_failure("bench", checked.error());
  Progress progress("sotto bench call");
  progress.show("making pictures");
  auto options = prepare(given);
  if (!options) return report_failure("bench", options.error());

  Table table;
  for (int round = 1; round <= given.bench.rounds; ++round) {
    const std::string which = format(", round %d of %d", round, given.bench.rounds);
    progress.show("a call of " + std::to_string(given.warm_up + given.seconds) + " s" + which);
    const auto call = observe_call(*options);
    if (!call) return report_failure("bench", call.error());
    progress.show("its codecs" + which);
    const CodecCost codecs = replay_codecs(*options, *call);
    progress.show("its devices" + which);
    LoopbackCallOptions devices = *options;
    devices.length = kDevicesFor;
    add_round(table, *call, codecs, observe_devices(devices));
  }
  const MediaFeedRequest& media = given.call.media;
  return print({"call",
                {{"rounds", given.bench.rounds},
                 {"seconds", given.seconds},
                 {"warm_up", given.warm_up},
                 {"width", media.width},
                 {"height", media.height}},
                table.figures()},
               given.bench);
}

}  // namespace

Command call_bench(CLI::App& bench) {
  auto given = std::make_shared<Given>();
  CLI::App* const command = bench.add_subcommand(
      "call", "What a whole call over loopback costs beside its codecs on the same frames; allocations and wake-ups");
  command->add_option("--seconds", given->seconds, "How long each call is looked at")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_option("--warm-up", given->warm_up, "Seconds of each call before that")
      ->check(CLI::Range(0, 600))
      ->capture_default_str();
  command->add_option("--size", given->call.size, "Picture size, WIDTHxHEIGHT in even pixels")->capture_default_str();
  command->add_option("--video", given->call.media.video, "A file that FFmpeg reads, as both cameras [test pictures]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command->add_option("--audio", given->call.media.audio, "Likewise, as both microphones [a test voice]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  add_bench_options(*command, given->bench);
  return {command, [given] { return run(*given); }};
}

}  // namespace sotto::tools
