#include "tools/demo/demo.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "tools/demo/contact_sheet.hpp"
#include "tools/demo/demo_call.hpp"
#include "tools/demo/recording.hpp"
#include "tools/demo/wire_capture.hpp"
#include "tools/harness/interruption.hpp"
#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

constexpr std::array<const char*, 2> kNames{"Alice", "Bob"};

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

std::string choice(const std::vector<std::string>& files, size_t peer) {
  return files.empty() ? std::string() : files[std::min(peer, files.size() - 1)];
}

/// The folders of a demonstration. What is only needed while it runs goes with it.
class Folders {
 public:
  static Result<Folders> make(const DemoOptions& options) {
    Folders folders;
    folders.keep_ = options.keep;
    for (size_t i = 0; i < 2; ++i) {
      std::string& folder = folders.peers_[i];
      folder = options.out + (i == 0 ? "/alice" : "/bob");
      std::error_code failed;
      // Of an earlier demonstration.
      std::filesystem::remove_all(folder, failed);
      if (!failed) std::filesystem::create_directories(folder, failed);
      if (failed) return Error{ErrorCode::kUnavailable, "cannot make the folder " + folder + ": " + failed.message()};
    }
    return folders;
  }
  Folders(Folders&&) = default;
  Folders& operator=(Folders&&) = delete;
  ~Folders() {
    std::error_code failed;
    for (const std::string& folder : peers_) {
      if (!keep_ && !folder.empty()) std::filesystem::remove_all(folder, failed);
    }
  }

  const std::array<std::string, 2>& peers() const { return peers_; }

 private:
  Folders() = default;
  std::array<std::string, 2> peers_;
  bool keep_ = false;
};

Result<std::array<DemoMedia, 2>> prepare(const DemoOptions& options, const Folders& folders) {
  std::array<DemoMedia, 2> media;
  for (size_t i = 0; i < 2; ++i) {
    DemoMediaRequest request{.video = choice(options.videos, i),
                             .audio = choice(options.audios, i),
                             .seed = static_cast<uint32_t>(i + 1),
                             .width = options.width,
                             .height = options.height,
                             .seconds = options.seconds,
                             .folder = folders.peers()[i]};
    const std::string name = kNames[i];
    say(name + " shows " + (request.video.empty() ? "test pictures" : request.video) + " and says " +
        (request.audio.empty() ? "test sounds" : request.audio));
    Result<DemoMedia> prepared =
        prepare_media(request, [&](const std::string& progress) { say("  decoding: " + progress); });
    if (!prepared.ok()) return prepared.error();
    media[i] = std::move(prepared).value();
  }
  return media;
}

Result<WireReport> check_wire(const DemoCall& call, const Folders& folders, const std::string& capture_file) {
  PayloadBlocks payload;
  for (const std::string& folder : folders.peers()) {
    std::ifstream file(DemoCall::payload_file(folder), std::ios::binary);
    std::vector<char> chunk(1 << 20);
    while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), file.gcount() > 0) {
      payload.add({reinterpret_cast<const uint8_t*>(chunk.data()), static_cast<size_t>(file.gcount())});
    }
  }
  WireCheck check({call.ports(0), call.ports(1)}, payload);
  for (const auto step : {&WireCheck::learn, &WireCheck::judge}) {
    const Result<void> read = read_capture(capture_file, [&](ByteView frame) { (check.*step)(frame); });
    if (!read.ok()) return read.error();
  }
  return check.report();
}

/// Null if the wire cannot be watched or need not be.
std::unique_ptr<WireCapture> start_capture(const DemoOptions& options, const std::string& file, Summary& summary) {
  summary.wire_wanted = options.capture;
  if (!options.capture) return nullptr;
  Result<std::unique_ptr<WireCapture>> started = WireCapture::start(file);
  if (started.ok()) return std::move(started).value();
  summary.wire_problem = started.error().message;
  say(summary.wire_problem + "; leave that check out with --no-capture");
  return nullptr;
}

Result<void> compare_recordings(const std::array<DemoMedia, 2>& media, const Folders& folders,
                                const TalkTime& talk_time, Summary& summary) {
  std::array<Recording, 2> recordings;
  for (size_t i = 0; i < 2; ++i) {
    Result<Recording> recording = Recording::load(folders.peers()[i]);
    if (!recording.ok()) return recording.error();
    recordings[i] = std::move(recording).value();
  }
  for (size_t i = 0; i < 2; ++i) {
    Result<Direction> direction = compare(media[i], recordings[i], recordings[1 - i], talk_time);
    if (!direction.ok()) return direction.error();
    summary.directions[i] = std::move(direction).value();
  }
  return {};
}

/// Says and writes down how it went. Returns whether all is well.
Result<bool> tell(const Summary& summary, const std::array<DemoMedia, 2>& media, const std::string& out) {
  const std::vector<Check> checks = check(summary);
  say("\n" + to_text(summary, checks));
  const std::string sheet = out + "/pictures.png";
  const Result<void> drawn = save_contact_sheet({kNames[0], kNames[1], &media[0], &summary.directions[0]},
                                                {kNames[1], kNames[0], &media[1], &summary.directions[1]}, sheet);
  say(drawn.ok() ? "What was sent beside what was received: " + sheet : drawn.error().message);
  const std::string report = out + "/summary.json";
  const std::string json = to_json(summary, checks).dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (const Result<void> written = write_file(report, as_bytes(json)); !written.ok()) return written.error();
  say("All figures: " + report);
  return drawn.ok() && std::all_of(checks.begin(), checks.end(), [](const Check& entry) { return entry.passed; });
}

Result<bool> demonstrate(const DemoOptions& options) {
  const Interruption interruption;
  std::error_code failed;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", failed).string();
  if (failed) return Error{ErrorCode::kUnavailable, "cannot tell where this program lies: " + failed.message()};
  Result<Folders> folders = Folders::make(options);
  if (!folders.ok()) return folders.error();
  const Result<std::array<DemoMedia, 2>> media = prepare(options, *folders);
  if (!media.ok()) return media.error();
  if (const Result<void> going_on = interruption.check(); !going_on.ok()) return going_on.error();

  Summary summary;
  summary.width = options.width, summary.height = options.height;
  summary.network = options.network;
  for (size_t i = 0; i < 2; ++i) summary.peers[i].name = kNames[i];
  const std::string capture_file = options.out + "/wire.pcap";
  const std::unique_ptr<WireCapture> capture = start_capture(options, capture_file, summary);
  DemoCall call(
      {.program = program, .options = options, .folders = folders->peers(), .media = media.value(), .say = say},
      interruption);
  if (const Result<void> called = call.run(summary); !called.ok()) return called.error();

  say("comparing what arrived with what was sent");
  if (capture) {
    const uint64_t lost = capture->stop();
    const Result<WireReport> wire = check_wire(call, *folders, capture_file);
    if (!wire.ok()) return wire.error();
    summary.wire = wire.value();
    summary.wire->lost_by_capture = lost;
  }
  if (const Result<void> compared = compare_recordings(media.value(), *folders, call.talk_time(), summary);
      !compared.ok()) {
    return compared.error();
  }
  return tell(summary, media.value(), options.out);
}

}  // namespace

int run_demo(const DemoOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const Result<bool> passed = demonstrate(options);
  if (!passed.ok()) {
    std::fflush(stdout);
    std::fprintf(stderr, "sotto demo: %s\n", passed.error().message.c_str());
    return 1;
  }
  say(passed.value() ? "The call is as it should be." : "The call is NOT as it should be: see the checks above.");
  return passed.value() ? 0 : 1;
}

}  // namespace sotto::tools
