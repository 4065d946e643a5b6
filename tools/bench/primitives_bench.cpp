#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/bench_command.hpp"
#include "tools/bench/bench_options.hpp"
#include "tools/bench/floors.hpp"
#include "tools/bench/media_contestants.hpp"
#include "tools/bench/side_by_side.hpp"
#include "tools/bench/transport_contestants.hpp"
#include "tools/settings/account_options.hpp"

namespace sotto::tools {
namespace {

using transport::MediaKind;

constexpr int kDefaultRounds = 51;
// Some two thousand packets: long beside reading the clock, short beside what disturbs a machine.
constexpr int kRuns = 32;
// Datagrams: the largest that sotto sends, and about one of sound.
constexpr size_t kLarge = 1200;
constexpr size_t kSmall = 100;

constexpr const char* kCipher = "AES-256-GCM";
constexpr const char* kSockets = "UDP";

std::string seal_key(size_t size) { return "aes_256_gcm_seal_" + std::to_string(size); }
std::string open_key(size_t size) { return "aes_256_gcm_open_" + std::to_string(size); }
std::string udp_key(size_t size) { return "udp_" + std::to_string(size); }

/// What a packet of this size costs at the least on its whole way, but for the codecs.
std::vector<Entry::Floor> floors_of_way(size_t size) {
  return {{kCipher, {seal_key(size), open_key(size)}}, {kSockets, {udp_key(size)}}};
}

Result<void> add_packets(std::vector<Entry>& entries, size_t size) {
  auto udp = udp_send_and_receive(size);
  if (!udp) return udp.error();
  const std::string bytes = ", " + std::to_string(size) + " bytes";
  const std::string suffix = "_" + std::to_string(size);
  entries.push_back({seal_key(size), "raw AES-256-GCM, seal" + bytes, aes_gcm_seal(size)});
  entries.push_back({open_key(size), "raw AES-256-GCM, open" + bytes, aes_gcm_open(size)});
  entries.push_back({udp_key(size), "raw UDP, send and receive" + bytes, std::move(*udp)});
  entries.push_back({"srtp_protect" + suffix,
                     "SRTP, protect" + bytes,
                     srtp_protect(size),
                     {{kCipher, {seal_key(size)}}, {kSockets, {udp_key(size)}}}});
  entries.push_back({"srtp_unprotect" + suffix,
                     "SRTP, unprotect" + bytes,
                     srtp_unprotect(size),
                     {{kCipher, {open_key(size)}}, {kSockets, {udp_key(size)}}}});
  return {};
}

void add_paths(std::vector<Entry>& entries) {
  const size_t video = video_payload_size();
  const size_t audio = opus_packet_size();
  entries.push_back({"packet_path_video", "packet path, video, fixed rate",
                     packet_path({MediaKind::kVideo, video, true}), floors_of_way(kLarge)});
  entries.push_back({"packet_path_video_estimating", "packet path, video, estimating",
                     packet_path({MediaKind::kVideo, video, false}), floors_of_way(kLarge)});
  entries.push_back({"packet_path_audio", "packet path, sound", packet_path({MediaKind::kAudio, audio, true}),
                     floors_of_way(kSmall)});
}

void add_receivers(std::vector<Entry>& entries) {
  entries.push_back({"opus_decode", "raw Opus, decode", opus_decoding()});
  entries.push_back({"jitter_buffer", "jitter buffer", jitter_buffer(), floors_of_way(kSmall)});
  std::vector<Entry::Floor> receiver_floors = floors_of_way(kSmall);
  receiver_floors.push_back({"Opus", {"opus_decode"}});
  entries.push_back({"audio_receiver", "sound receiver, decoding", audio_receiver(), std::move(receiver_floors)});
  entries.push_back({"frame_assembler", "picture assembler", frame_assembly(), floors_of_way(kLarge)});
}

int run(const BenchOptions& options) {
  std::vector<Entry> entries;
  for (const size_t size : {kLarge, kSmall}) {
    if (const auto added = add_packets(entries, size); !added) return report_failure("bench", added.error());
  }
  add_paths(entries);
  add_receivers(entries);

  Progress progress("sotto bench primitives");
  const auto on_round = [&](int round) { progress.show_round(round, options.rounds); };
  const SideBySide measured(std::move(entries), {options.rounds, kRuns, on_round});
  return print({"primitives", {{"rounds", options.rounds}}, measured.figures("ns a packet")}, options);
}

}  // namespace

Command primitives_bench(CLI::App& bench) {
  auto options = std::make_shared<BenchOptions>(BenchOptions{.rounds = kDefaultRounds});
  CLI::App* const command = bench.add_subcommand(
      "primitives", "What a packet costs: SRTP, the packet path, the receivers, by raw AES-256-GCM and raw UDP");
  add_bench_options(*command, *options);
  return {command, [options] { return run(*options); }};
}

}  // namespace sotto::tools
