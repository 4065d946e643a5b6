#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include <sotto/engine.hpp>

#include "tools/demo/demo.hpp"
#include "tools/harness/peer.hpp"

namespace sotto::tools {
namespace {

// Exit codes. A command's own failure is 1 too.
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

CLI::App* add_demo(CLI::App& app, DemoOptions& options, std::string& size, bool& no_capture) {
  CLI::App* const demo =
      app.add_subcommand("demo", "Lets Alice call Bob on this machine, measures what arrives and watches the wire");
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
  demo->add_option("--size", size, "Picture size, WIDTHxHEIGHT in even pixels")->capture_default_str();
  demo->add_option("--seconds", options.seconds, "How long they talk")
      ->check(CLI::Range(5, 600))
      ->capture_default_str();
  demo->add_option("--out", options.out, "Folder for summary.json, pictures.png and wire.pcap")->capture_default_str();
  demo->add_flag("--no-capture", no_capture, "Do not watch the wire, which takes root or CAP_NET_RAW");
  demo->add_flag("--keep", options.keep, "Keep what the peers sent and recorded (hundreds of MB)");
  return demo;
}

/// Reads "1280x720".
bool parse_size(const std::string& text, DemoOptions& options) {
  char behind = '\0';
  return std::sscanf(text.c_str(), "%4dx%4d%c", &options.width, &options.height, &behind) == 2 &&
         options.width >= 160 && options.width <= 1920 && options.height >= 90 && options.height <= 1920 &&
         options.width % 2 == 0 && options.height % 2 == 0;
}

int run(int argc, char** argv) {
  CLI::App app("sotto: real-time encrypted audio and video calls");
  app.name("sotto");
  app.set_version_flag("--version", "sotto " + std::string(version()));
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.");

  DemoOptions demo_options;
  std::string size = "1280x720", peer_config;
  bool no_capture = false;
  const CLI::App* const demo = add_demo(app, demo_options, size, no_capture);
  CLI::App* const peer =
      app.add_subcommand("harness-peer", "One end of a measured call, told what to do by JSON lines on standard input");
  peer->add_option("CONFIG", peer_config, "Its configuration, a JSON file")->required();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
      std::fprintf(stderr, "sotto: there is no command '%s'\nRun with --help for those there are.\n", argv[1]);
      return kWrongUsage;
    }
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  if (!demo->parsed()) return run_harness_peer(peer_config);

  if (!parse_size(size, demo_options) || demo_options.videos.size() > 2 || demo_options.audios.size() > 2) {
    std::fprintf(
        stderr,
        "sotto demo: --size is WIDTHxHEIGHT, even numbers from 160x90 to 1920x1920; --video and --audio can be "
        "given twice at the most\n");
    return kWrongUsage;
  }
  demo_options.capture = !no_capture;
  return run_demo(demo_options);
}

}  // namespace
}  // namespace sotto::tools

int main(int argc, char** argv) {
  try {
    return sotto::tools::run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "sotto: %s\n", exception.what());
    return sotto::tools::kFailed;
  }
}
