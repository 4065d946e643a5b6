#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "tools/demo/demo.hpp"
#include "tools/settings/network_option.hpp"

namespace sotto::tools {
namespace {

struct Given {
  DemoOptions options;
  std::string size = "1280x720";
  bool no_capture = false;
};

/// Reads "1280x720".
bool parse_size(const std::string& text, DemoOptions& options) {
  char behind = '\0';
  return std::sscanf(text.c_str(), "%4dx%4d%c", &options.width, &options.height, &behind) == 2 &&
         options.width >= 160 && options.width <= 1920 && options.height >= 90 && options.height <= 1920 &&
         options.width % 2 == 0 && options.height % 2 == 0;
}

int run(Given& given) {
  DemoOptions& options = given.options;
  if (!parse_size(given.size, options) || options.videos.size() > 2 || options.audios.size() > 2) {
    std::fprintf(
        stderr,
        "sotto demo: --size is WIDTHxHEIGHT, even numbers from 160x90 to 1920x1920; --video and --audio can be "
        "given twice at the most\n");
    return kWrongUsage;
  }
  options.capture = !given.no_capture;
  return run_demo(options);
}

}  // namespace

Command demo_command(CLI::App& program) {
  auto given = std::make_shared<Given>();
  DemoOptions& options = given->options;
  CLI::App* const demo =
      program.add_subcommand("demo", "Lets Alice call Bob on this machine, measures what arrives and watches the wire");
  demo->add_option("--video", options.videos,
                   "Footage that FFmpeg reads; once for both, twice for Alice and Bob [test pictures]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  demo->add_option("--audio", options.audios, "Speech that FFmpeg reads; likewise [a test voice]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  demo->add_option("--size", given->size, "Picture size, WIDTHxHEIGHT in even pixels")->capture_default_str();
  demo->add_option("--seconds", options.seconds, "How long they talk")
      ->check(CLI::Range(5, 600))
      ->capture_default_str();
  add_network_option(*demo, options.network);
  demo->add_option("--out", options.out, "Folder for summary.json, pictures.png and wire.pcap")->capture_default_str();
  demo->add_flag("--no-capture", given->no_capture, "Do not watch the wire, which takes root or CAP_NET_RAW");
  demo->add_flag("--keep", options.keep, "Keep what the peers sent and recorded (hundreds of MB)");
  return {demo, [given] { return run(*given); }};
}

}  // namespace sotto::tools
