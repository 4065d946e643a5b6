#include "tools/demo/demo_call.hpp"

#include <utility>

#include "tools/demo/format.hpp"
#include "tools/demo/process_usage.hpp"
#include "tools/demo/recording.hpp"
#include "tools/harness/json_text.hpp"
#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

constexpr char kAddress[] = "127.0.0.1";
constexpr Duration kPatience = 15s;  // for a step that takes milliseconds
constexpr Duration kRingTime = 1s;
constexpr Duration kSettling = 2s;  // after the accept, before cost is measured
constexpr int kSampleEvery = 30;    // frames

json options_of(const std::string& folder, const std::string& network) {
  json options{{"payload_file", DemoCall::payload_file(folder)},
               {"statistics_file", Recording::statistics_file(folder)}};
  if (!network.empty()) options["network"] = network;
  return options;
}

json configuration(const DemoMedia& media, const std::string& folder, const char* role, const std::string& network) {
  const FootageConfig& footage = media.footage;
  return {{"role", role},
          {"out", folder},
          {"address", kAddress},
          {"video",
           {{"file", footage.file},
            {"width", footage.width},
            {"height", footage.height},
            {"fps", footage.fps},
            {"frames", footage.frames}}},
          {"audio", {{"file", media.audio_file}, {"rate", 48000}, {"channels", 1}}},
          {"sample_every", kSampleEvery},
          {"sample_offset", 0},
          {"options", options_of(folder, network)}};
}

double number(const json& object, const char* name) {
  if (!object.is_object()) return 0;
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

json statistics_of(const json& status) {
  const auto found = status.find("statistics");
  return found == status.end() ? json::object() : *found;
}

}  // namespace

DemoCall::DemoCall(Setting setting, const Interruption& interruption)
    : setting_(std::move(setting)), interruption_(interruption) {}

Result<void> DemoCall::run(Summary& summary) {
  for (const auto step :
       {&DemoCall::start_peers, &DemoCall::set_up, &DemoCall::talk, &DemoCall::hang_up, &DemoCall::collect}) {
    if (Result<void> done = (this->*step)(summary); !done.ok()) return done;
  }
  return {};
}

Result<void> DemoCall::start_peers(Summary& summary) {
  for (size_t i = 0; i < 2; ++i) {
    const std::string& folder = setting_.folders[i];
    // One bad network on the way is enough.
    const json config = i == 0 ? configuration(setting_.media[i], folder, "caller", setting_.options.network)
                               : configuration(setting_.media[i], folder, "callee", "");
    if (Result<void> written = write_file(folder + "/config.json", as_bytes(config.dump(1))); !written.ok()) {
      return written;
    }
    Result<std::unique_ptr<PeerProcess>> peer = PeerProcess::start(setting_.program, summary.peers[i].name, folder);
    if (!peer.ok()) return peer.error();
    peers_[i] = std::move(peer).value();
  }
  switchboard_ = std::make_unique<Switchboard>(alice(), bob(), interruption_);
  std::array<std::string, 2> bundles;
  for (size_t i = 0; i < 2; ++i) {
    const Result<json> ready = switchboard_->wait_for(*peers_[i], "ready", kPatience);
    if (!ready.ok()) return ready.error();
    bundles[i] = text_of(ready.value(), "bundle").value_or("");
    summary.version = text_of(ready.value(), "version").value_or("");
  }
  for (size_t i = 0; i < 2; ++i) peers_[i]->send({{"do", "contact"}, {"bundle", bundles[1 - i]}});
  setting_.say(format("Alice is process %d, Bob is process %d", alice().id(), bob().id()));
  return {};
}

Result<void> DemoCall::set_up(Summary& summary) {
  summary.began = wall_now();
  const Timestamp dialed = monotonic_now();
  alice().send({{"do", "dial"}});
  const Result<json> ringing = switchboard_->wait_for(bob(), "ringing", kPatience);
  if (!ringing.ok()) return ringing.error();
  summary.dial_to_ringing_ms = to_milliseconds(monotonic_now() - dialed);
  setting_.say(format("it rings at Bob %.0f ms after Alice dialled", summary.dial_to_ringing_ms));
  if (Result<void> rang = switchboard_->run_until(monotonic_now() + kRingTime); !rang.ok()) return rang;

  talk_time_.accepted = monotonic_now();
  bob().send({{"do", "accept"}});
  for (const auto& peer : peers_) {
    const Result<json> connected = switchboard_->wait_for(*peer, "connected", kPatience);
    if (!connected.ok()) return connected.error();
  }
  setting_.say("Bob has accepted; they are talking");
  return {};
}

Result<void> DemoCall::talk(Summary& summary) {
  std::array<Usage, 2> start;
  Timestamp start_time = talk_time_.accepted;
  std::array<json, 2> before{json::object(), json::object()};
  for (int second = 1; second <= setting_.options.seconds; ++second) {
    if (Result<void> ran = switchboard_->run_until(talk_time_.accepted + second * 1s); !ran.ok()) return ran;
    if (Result<void> told = tell_progress(second, before); !told.ok()) return told;
    for (size_t i = 0; i < 2; ++i) ports_[i].merge(udp_ports_of(peers_[i]->id()));
    const bool last = second == setting_.options.seconds;
    if (second * 1s != kSettling && !last) continue;
    const Timestamp now = monotonic_now();
    for (size_t i = 0; i < 2; ++i) {
      const ProcessUsage usage = usage_of(peers_[i]->id()).value_or(ProcessUsage{});
      const Usage reached{usage.cpu_seconds, number(before[i], "bytes_sent")};
      Summary::Peer& peer = summary.peers[i];
      const double seconds = to_seconds(now - start_time);
      peer.peak_memory_mb = usage.peak_memory_mb;
      peer.cpu_per_second = (reached.cpu_seconds - start[i].cpu_seconds) / seconds;
      peer.sent_kbps = (reached.bytes_sent - start[i].bytes_sent) * 8 / 1000 / seconds;
      start[i] = reached;
    }
    start_time = now;
  }
  talk_time_.hung_up = monotonic_now();
  summary.seconds = to_seconds(talk_time_.hung_up - talk_time_.accepted);
  return {};
}

Result<void> DemoCall::tell_progress(int second, std::array<json, 2>& before) {
  std::string line = format("%3d s ", second);
  for (size_t i = 0; i < 2; ++i) {
    peers_[i]->send({{"do", "status"}});
    Result<json> status = switchboard_->wait_for(*peers_[i], "status", kPatience);
    if (!status.ok()) return status.error();
    json now = statistics_of(*status);
    const auto grown = [&](const char* name) { return number(now, name) - number(before[i], name); };
    line += format(" %s %s: %.2f Mbit/s out, %.0f pictures and %.2f s of sound in;", peers_[i]->name().c_str(),
                   text_of(*status, "state").value_or("-").c_str(), grown("bytes_sent") * 8 / 1e6,
                   grown("frames_decoded"), grown("total_samples") / 48000);
    before[i] = std::move(now);
  }
  line += format(" round trip %.1f ms", number(before[0], "round_trip_ms"));
  setting_.say(line);
  return {};
}

Result<void> DemoCall::hang_up(Summary& summary) {
  alice().send({{"do", "hang_up"}});
  for (size_t i = 0; i < 2; ++i) {
    const Result<json> ended = switchboard_->wait_for(*peers_[i], "ended", kPatience);
    if (!ended.ok()) return ended.error();
    summary.peers[i].end_reason = text_of(ended.value(), "reason").value_or("");
  }
  setting_.say("Alice has hung up");
  return {};
}

Result<void> DemoCall::collect(Summary& summary) {
  for (const auto& peer : peers_) peer->send({{"do", "stop"}});
  for (size_t i = 0; i < 2; ++i) {
    const Result<json> done = switchboard_->wait_for(*peers_[i], "done", kPatience);
    if (!done.ok()) return done.error();
    const auto result = done.value().find("result");
    if (result != done.value().end()) summary.peers[i].statistics = *result;
  }
  for (const auto& peer : peers_) {
    const ChildProcess::End end = peer->wait(kPatience);
    if (!end.clean) return peer->failure("did not end well (" + end.words + ")");
  }
  return {};
}

}  // namespace sotto::tools
