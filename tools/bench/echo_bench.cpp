#include <CLI/CLI.hpp>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/bench_command.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/echo_contestants.hpp"
#include "tools/bench/side_by_side.hpp"

namespace sotto::tools {
namespace {

constexpr int kDefaultRounds = 5;
constexpr int kSpeedRuns = 2;  // seconds of sound, in each round

struct Room {
  const char* key;
  const char* what;
  media::EchoRoomOptions options;
};
const std::array kRooms = {
    Room{"0ms", "echo at once", {.delay = 0ms}},
    Room{"20ms", "after 20 ms", {.delay = 20ms}},
    Room{"60ms_fast", "after 60 ms, loudspeaker +100 ppm", {.delay = 60ms, .loudspeaker_ppm = 100}},
    Room{"200ms_slow", "after 200 ms, loudspeaker -100 ppm", {.delay = 200ms, .loudspeaker_ppm = -100}},
    Room{"20ms_hall", "after 20 ms, 600 ms of reverberation", {.delay = 20ms, .reverberation = 600ms}},
};

struct Canceller {
  const char* key;
  const char* what;
  media::EchoSubject (*make)();
};
constexpr std::array kCancellers = {Canceller{"webrtc", "shipped", shipped_canceller},
                                    Canceller{"speex", "speexdsp", speex_canceller}};

/// What is looked at of a trial's result.
struct Quantity {
  const char* key;
  const char* what;
  double media::EchoResult::*value;
};
constexpr std::array kQuantities = {
    Quantity{"erle", "echo quieter by", &media::EchoResult::single_talk},
    Quantity{"erle_later", "the same later", &media::EchoResult::single_talk_later},
    Quantity{"near", "near end in double talk", &media::EchoResult::near_in_double_talk},
    Quantity{"echo", "echo quieter in double talk by", &media::EchoResult::echo_in_double_talk},
};

/// One canceller in one room, as often as there are rounds, each with other voices and another room.
std::vector<Figure> trials(const Room& room, const Canceller& canceller, int rounds) {
  std::vector<media::EchoResult> results;
  for (int round = 0; round < rounds; ++round) {
    media::EchoTrial trial{.room = room.options, .seed = static_cast<uint64_t>(round + 1), .delay_later = {}};
    trial.room.seed = trial.seed;
    results.push_back(run(trial, canceller.make()));
  }
  std::vector<Figure> figures;
  for (const Quantity& quantity : kQuantities) {
    std::vector<double> values;
    for (const media::EchoResult& result : results) values.push_back(result.*quantity.value);
    figures.push_back({std::string(quantity.key) + "_" + room.key + "_" + canceller.key,
                       std::string(room.what) + ", " + canceller.what + ": " + quantity.what, "dB",
                       spread_of(std::move(values))});
  }
  return figures;
}

std::vector<Figure> speed(const InterleavedRounds& rounds) {
  AudioProcessing echo = AudioProcessing::none(), rest;
  echo.echo_cancellation = true;
  rest.echo_cancellation = false;
  const std::vector<Entry::Floor> opus = {{"Opus", {"opus_encode_10ms"}}};
  const SideBySide measured({{"opus_encode_10ms", "Opus, encode 10 ms", opus_encoding_of_blocks()},
                             {"processing", "processing of 10 ms", audio_processing({}), opus},
                             {"processing_echo", "echo cancellation alone", audio_processing(echo), opus},
                             {"processing_rest", "all but echo cancellation", audio_processing(rest), opus}},
                            rounds);
  return measured.figures("ns a block");
}

int run_bench(const BenchOptions& options) {
  Progress progress("sotto bench echo");
  std::vector<Figure> figures;
  for (const Room& room : kRooms) {
    for (const Canceller& canceller : kCancellers) {
      progress.show(std::string(room.what) + ", " + canceller.what);
      for (Figure& figure : trials(room, canceller, options.rounds)) figures.push_back(std::move(figure));
    }
  }
  const auto on_round = [&](int round) { progress.show_round(round, options.rounds); };
  for (Figure& figure : speed({options.rounds, kSpeedRuns, on_round})) figures.push_back(std::move(figure));
  return print({"echo", {{"rounds", options.rounds}}, std::move(figures)}, options);
}

}  // namespace

Command echo_bench(CLI::App& bench) {
  auto options = std::make_shared<BenchOptions>(BenchOptions{.rounds = kDefaultRounds});
  CLI::App* const command = bench.add_subcommand(
      "echo", "How well echoes are cancelled in simulated rooms, beside speexdsp, and what processing of sound costs");
  add_bench_options(*command, *options);
  return {command, [options] { return run_bench(*options); }};
}

}  // namespace sotto::tools
