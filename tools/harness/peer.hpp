#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include <sotto/engine.hpp>

#include "tools/command.hpp"
#include "tools/harness/call_sampler.hpp"
#include "tools/harness/capture.hpp"
#include "tools/harness/config.hpp"
#include "tools/harness/frame_writer.hpp"
#include "tools/harness/line_writer.hpp"
#include "tools/harness/payload_log.hpp"
#include "tools/harness/playout.hpp"
#include "tools/harness/recorder.hpp"
#include "tools/harness/stdio_channel.hpp"

namespace sotto::tools {

/// One end of a measured call, told what to do by JSON lines. It plays files as its microphone and camera, and records
/// what it would have shown and played. The commands and events are those of the lab; besides them it knows
/// {"do":"hang_up"}, answers {"do":"status"} with {"ev":"status"}, and says {"ev":"ended"} when the call is over.
class Peer {
 public:
  /// Makes a new identity and starts the engine; says `ready` on `out`.
  static Result<std::unique_ptr<Peer>> create(PeerConfig config, LineWriter& out);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Does what one line says. An error is for the other end of the line; the peer goes on. One thread.
  Result<void> handle(std::string_view line);

  /// Whether {"do":"stop"} has been done.
  bool stopped() const { return stopped_; }

 private:
  Peer(PeerConfig config, LineWriter& out);
  Result<void> start();

  Result<void> dial();
  Result<void> accept();
  Result<void> stop();

  /// Event thread.
  void on_incoming(const std::shared_ptr<Call>& call);
  void on_state(const Call& call, CallState state);
  /// Decode thread.
  void on_video(const VideoFrame& frame);

  void take(const std::shared_ptr<Call>& call);
  std::shared_ptr<Call> current_call() const;
  CallMedia media() const;
  void start_playout();
  /// Writes what was sampled, if that was asked for.
  Result<void> write_statistics();
  /// Ends the call and all threads; nothing is recorded after it returns.
  void close();
  void say(const char* event, nlohmann::json fields) const;

  const PeerConfig config_;
  LineWriter& out_;
  Recorder recorder_;
  std::unique_ptr<FrameWriter> frame_writer_;
  std::unique_ptr<PayloadLog> payload_log_;
  std::optional<uint32_t> last_sample_group_;  // decode thread
  std::shared_ptr<Capture> capture_;
  std::shared_ptr<StdioSignalingChannel> channel_;
  std::optional<AccountId> contact_;
  mutable std::mutex mutex_;
  std::shared_ptr<Call> call_;
  std::unique_ptr<Playout> playout_;
  std::unique_ptr<CallSampler> sampler_;
  bool closing_ = false;
  std::unique_ptr<Engine> engine_;
  bool stopped_ = false;
};

/// `sotto harness-peer CONFIG.json`: serves standard input until `stop` or its end. Returns the exit code.
int run_harness_peer(const std::string& config_path);

/// `sotto harness-peer`
Command harness_command(CLI::App& program);

}  // namespace sotto::tools
