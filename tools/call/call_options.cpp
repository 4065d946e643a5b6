#include "tools/call/call_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

#include "tools/settings/network_option.hpp"

namespace sotto::tools {

void add_call_options(CLI::App& command, CallOptions& options) {
  command.add_option("--video", options.media.video, "A file that FFmpeg reads, as the camera [test pictures]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command.add_option("--audio", options.media.audio, "A file that FFmpeg reads, as the microphone [a test voice]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command.add_option("--size", options.size, "Picture size, WIDTHxHEIGHT in even pixels")->capture_default_str();
  command.add_flag("--audio-only", options.audio_only, "Neither send nor take pictures");
  command.add_option("--seconds", options.seconds, "Hang up that long after the accept [at Ctrl-C]")
      ->check(CLI::Range(1, 86400));
  command.add_option("--record", options.record, "Keep what is received in this folder: sound.s16, picture-*.y4m")
      ->type_name("DIR");
  command.add_option("--trace", options.trace, "Write what happens, line by line, without names, addresses or secrets")
      ->type_name("FILE");
  command.add_flag("--json", options.json, "One JSON object on standard output at the end; the rest on standard error");
  command.add_flag("--relay-only", options.relay_only, "Only through relays: the other side learns no address of ours");
  command.add_option("--address", options.local_addresses, "Use this local address alone; may be repeated")
      ->type_name("IP");
  add_network_option(command, options.network);
  add_server_options(command, options.server);
  add_identity_options(command, options.identity);
}

Result<void> check(CallOptions& options) {
  MediaFeedRequest& media = options.media;
  char behind = '\0';
  const bool readable = std::sscanf(options.size.c_str(), "%4dx%4d%c", &media.width, &media.height, &behind) == 2;
  if (!readable || media.width < 160 || media.width > 1920 || media.height < 90 || media.height > 1920 ||
      media.width % 2 != 0 || media.height % 2 != 0) {
    return Error{ErrorCode::kInvalidArgument, "--size is WIDTHxHEIGHT, even numbers from 160x90 to 1920x1920"};
  }
  if (options.audio_only && !media.video.empty()) {
    return Error{ErrorCode::kInvalidArgument, "--video and --audio-only exclude each other"};
  }
  return {};
}

Result<OwnMedia> OwnMedia::prepare(const CallOptions& options, bool echo) {
  OwnMedia media;
  if (echo) {
    media.echo_ = std::make_shared<Echo>();
    return media;
  }
  auto feed = make_media_feed(options.media);
  if (!feed) return feed.error();
  media.feed_ = std::move(*feed);
  return media;
}

CallMedia OwnMedia::begin(const CallOptions& options) {
  CallMedia media;
  if (echo_) {
    media.audio = echo_->microphone();
    media.video = echo_->camera();
  } else {
    live_ = std::make_unique<LiveMedia>(std::move(feed_));
    media.audio = live_->microphone();
    media.video = live_->camera();
  }
  if (options.audio_only) media.video = nullptr;
  media.receive_video = !options.audio_only;
  media.processing = AudioProcessing::none();
  return media;
}

Result<std::shared_ptr<Trace>> open_trace(const CallOptions& options) {
  if (options.trace.empty()) return std::shared_ptr<Trace>();
  return Trace::create(options.trace);
}

}  // namespace sotto::tools
