#include "tools/harness/peer.hpp"

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.hpp"
#include "engine/engine_factory.hpp"
#include "media/device/frame_stamp.hpp"
#include "tools/harness/base64.hpp"
#include "tools/harness/json_text.hpp"
#include "tools/harness/line_reader.hpp"
#include "tools/harness/statistics_report.hpp"
#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

Error wrong_state(const std::string& message) { return {ErrorCode::kRefused, message}; }

void say_on(LineWriter& out, const char* event, json fields) {
  fields["ev"] = event;
  fields["t_us"] = monotonic_now().time_since_epoch().count();
  // Nobody reads any more if this fails, and the input will end too.
  (void)out.write(fields.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

Result<std::unique_ptr<Peer>> Peer::create(PeerConfig config, LineWriter& out) {
  std::unique_ptr<Peer> peer(new Peer(std::move(config), out));
  if (const Result<void> started = peer->start(); !started.ok()) return started.error();
  return peer;
}

Peer::Peer(PeerConfig config, LineWriter& out) : config_(std::move(config)), out_(out) {}

Peer::~Peer() { close(); }

Result<void> Peer::start() {
  const std::string frames = config_.out + "/frames";
  std::error_code failed;
  std::filesystem::create_directories(frames, failed);
  if (failed) return Error{ErrorCode::kUnavailable, "cannot make the folder " + frames + ": " + failed.message()};

  Result<std::shared_ptr<Capture>> capture = Capture::open(config_, recorder_);
  if (!capture.ok()) return capture.error();
  capture_ = std::move(capture).value();
  if (config_.video) frame_writer_ = std::make_unique<FrameWriter>(frames);

  engine::InternalOptions internal;
  if (!config_.payload_file.empty()) {
    Result<std::unique_ptr<PayloadLog>> log = PayloadLog::create(config_.payload_file);
    if (!log.ok()) return log.error();
    payload_log_ = std::move(log).value();
    internal.payload_probe = [this](transport::MediaKind, ByteView payload) { payload_log_->add(payload); };
  }

  channel_ = std::make_shared<StdioSignalingChannel>(out_);
  const Identity identity = Identity::create();
  EngineOptions options{.identity = identity,
                        .signaling = channel_,
                        .local_addresses = {config_.address},
                        .emulated_network = config_.network};
  Result<std::unique_ptr<Engine>> engine = engine::create_engine(std::move(options), std::move(internal));
  if (!engine.ok()) return engine.error();
  engine_ = std::move(engine).value();
  engine_->on_incoming_call([this](const std::shared_ptr<Call>& call) { on_incoming(call); });

  say("ready", {{"version", "sotto " + std::string(version())}, {"bundle", encode_base64(identity.bundle())}});
  return {};
}

Result<void> Peer::handle(std::string_view line) {
  const json message = json::parse(line, nullptr, false);
  if (!message.is_object()) return Error{ErrorCode::kMalformed, "this line is not a JSON object"};

  if (const auto signal = message.find("signal"); signal != message.end()) {
    const std::optional<std::string> envelope = text_of(*signal, "envelope");
    if (!envelope) return Error{ErrorCode::kMalformed, "signal: expected {\"envelope\":\"<base64>\"}"};
    return channel_->deliver(*envelope);
  }

  const std::string command = text_of(message, "do").value_or("");
  if (command == "contact") {
    const Result<Bytes> bundle = decode_base64(text_of(message, "bundle").value_or(""));
    if (!bundle.ok()) return Error{ErrorCode::kMalformed, "contact: bundle: expected base64"};
    const Result<AccountId> contact = engine_->add_contact(bundle.value());
    if (!contact.ok()) return contact.error();
    contact_ = contact.value();
    return {};
  }
  if (command == "dial") return dial();
  if (command == "accept") return accept();
  if (command == "stop") return stop();

  const std::shared_ptr<Call> call = current_call();
  if (command == "hang_up") {
    if (!call) return wrong_state("hang_up: there is no call");
    call->hang_up();
    return {};
  }
  if (command == "status") {
    json status = json::object();
    if (call) status = {{"state", to_string(call->state())}, {"statistics", statistics_report(call->statistics())}};
    say("status", std::move(status));
    return {};
  }
  return Error{ErrorCode::kMalformed, "unknown command: " + std::string(line.substr(0, 80))};
}

Result<void> Peer::dial() {
  if (!contact_) return wrong_state("dial: no contact was given before");
  if (current_call()) return wrong_state("dial: there is a call already");
  Result<std::shared_ptr<Call>> call = engine_->call(*contact_, media());
  if (!call.ok()) return call.error();
  take(*call);
  return {};
}

Result<void> Peer::accept() {
  const std::shared_ptr<Call> call = current_call();
  if (!call) return wrong_state("accept: there is no call");
  return call->accept(media());
}

Result<void> Peer::stop() {
  stopped_ = true;
  json result = json::object();
  if (const std::shared_ptr<Call> call = current_call()) {
    const CallStatistics statistics = call->statistics();
    result = statistics_report(statistics);
    result["peer_class"] = statistics.security.peer_class;
    result["safety_number"] = statistics.security.safety_number;
    result["state"] = to_string(call->state());
    if (call->state() == CallState::kEnded) result["end_reason"] = to_string(call->end_reason());
  }
  const Result<void> sampled = write_statistics();
  close();
  if (!sampled.ok()) return sampled;
  result["unreadable_frames"] = recorder_.unreadable_frames();
  if (const Result<void> written = recorder_.write(config_.out); !written.ok()) return written;
  if (payload_log_) {
    if (const Result<void> flushed = payload_log_->flush(); !flushed.ok()) return flushed;
  }
  say("done", {{"result", std::move(result)}});
  return {};
}

void Peer::on_incoming(const std::shared_ptr<Call>& call) {
  if (current_call()) {
    (void)call->decline();  // It may be over by now, which is as good.
    return;
  }
  take(call);
  say("ringing", json::object());
}

void Peer::on_state(const Call& call, CallState state) {
  switch (state) {
    case CallState::kDialing:
    case CallState::kRinging:
      break;
    case CallState::kConnecting:
      start_playout();
      break;
    case CallState::kActive:
      start_playout();
      say("connected", json::object());
      break;
    case CallState::kEnded:
      say("ended", {{"reason", to_string(call.end_reason())}});
      break;
  }
}

void Peer::on_video(const VideoFrame& frame) {
  const Timestamp now = monotonic_now();
  const std::optional<uint16_t> number = media::read_stamp(*frame.buffer);
  recorder_.shown_frame(number ? int64_t{*number} : -1, now, frame.width(), frame.height());
  if (!number || !frame_writer_) return;
  const uint32_t group = (*number + config_.sample_offset) / config_.sample_every;
  if (last_sample_group_ == group) return;
  last_sample_group_ = group;
  frame_writer_->write(frame, *number);
}

void Peer::take(const std::shared_ptr<Call>& call) {
  // The call outlives its callbacks: they end before the engine does, and it is let go after that.
  {
    const std::lock_guard lock(mutex_);
    call_ = call;
  }
  call->on_video([this](const VideoFrame& frame) { on_video(frame); });
  call->on_state([this, &call = *call](CallState state) { on_state(call, state); });
}

std::shared_ptr<Call> Peer::current_call() const {
  const std::lock_guard lock(mutex_);
  return call_;
}

CallMedia Peer::media() const {
  CallMedia media;
  media.audio = capture_->microphone();
  media.video = capture_->camera();
  media.receive_video = config_.video.has_value();
  media.processing = AudioProcessing::none();
  return media;
}

void Peer::start_playout() {
  const std::lock_guard lock(mutex_);
  if (playout_ || closing_) return;
  playout_ = std::make_unique<Playout>([this, call = call_](std::span<int16_t, kAudioBlockSamples> block) {
    call->play(block);
    recorder_.played_block(block, monotonic_now());
  });
  if (!config_.statistics_file.empty()) {
    sampler_ = std::make_unique<CallSampler>([call = call_] { return call->statistics(); });
  }
}

Result<void> Peer::write_statistics() {
  std::unique_ptr<CallSampler> sampler;
  {
    const std::lock_guard lock(mutex_);
    sampler = std::move(sampler_);
  }
  if (config_.statistics_file.empty()) return {};
  const std::string table = samples_to_text(sampler ? sampler->stop() : std::vector<CallSample>());
  return write_file(config_.statistics_file, as_bytes(table));
}

void Peer::close() {
  std::unique_ptr<Playout> playout;
  std::unique_ptr<CallSampler> sampler;
  std::shared_ptr<Call> call;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    sampler = std::move(sampler_);
    playout = std::move(playout_);
    call = std::move(call_);
  }
  sampler.reset();
  if (call) call->hang_up();
  playout.reset();
  engine_.reset();
  frame_writer_.reset();
}

void Peer::say(const char* event, json fields) const { say_on(out_, event, std::move(fields)); }

int run_harness_peer(const std::string& config_path) {
  std::signal(SIGPIPE, SIG_IGN);
  set_log_sink([](LogLevel, std::string_view room, std::string_view message) {
    std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(room.size()), room.data(), static_cast<int>(message.size()),
                 message.data());
  });
  LineWriter out(STDOUT_FILENO);
  const auto report = [&out](const Error& error) {
    std::fprintf(stderr, "sotto harness-peer: %s\n", error.message.c_str());
    say_on(out, "error", {{"error", error.message}});
  };

  Result<PeerConfig> config = load_config(config_path);
  if (!config.ok()) {
    report(config.error());
    return 2;
  }
  Result<std::unique_ptr<Peer>> peer = Peer::create(std::move(config).value(), out);
  if (!peer.ok()) {
    report(peer.error());
    return 1;
  }
  LineReader in(STDIN_FILENO);
  bool failed = false;
  while (!(*peer)->stopped()) {
    const std::optional<std::string> line = in.next();
    if (!line) break;
    if (const Result<void> handled = (*peer)->handle(*line); !handled.ok()) {
      report(handled.error());
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

}  // namespace sotto::tools
