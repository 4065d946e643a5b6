#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include <sotto/signaling_channel.hpp>

#include "tools/harness/line_writer.hpp"

namespace sotto::tools {

/// Carries envelopes over standard output and input, one JSON object a line: {"signal":{"envelope":"<base64>"}}. The
/// base64 holds account (32 bytes), device (16 bytes) and blob of the Envelope, one after the other.
class StdioSignalingChannel final : public SignalingChannel {
 public:
  explicit StdioSignalingChannel(LineWriter& out) : out_(out) {}

  void start(std::function<void(Envelope)> on_envelope) override;
  void stop() override;
  Result<void> send(Envelope envelope) override;

  /// Hands over the text of an "envelope" that came in. One thread; dropped before start and after stop.
  Result<void> deliver(std::string_view base64);

 private:
  LineWriter& out_;
  std::recursive_mutex mutex_;  // stop() may be called from within on_envelope
  std::function<void(Envelope)> on_envelope_;
};

/// The two halves of it, for tests.
std::string encode_envelope(const Envelope& envelope);
Result<Envelope> decode_envelope(std::string_view base64);

}  // namespace sotto::tools
