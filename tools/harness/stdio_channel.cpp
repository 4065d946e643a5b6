#include "tools/harness/stdio_channel.hpp"

#include <utility>

#include "tools/harness/base64.hpp"

namespace sotto::tools {

std::string encode_envelope(const Envelope& envelope) {
  Bytes bytes;
  bytes.reserve(envelope.account.size() + envelope.device.size() + envelope.blob.size());
  append(bytes, envelope.account);
  append(bytes, envelope.device);
  append(bytes, envelope.blob);
  return encode_base64(bytes);
}

Result<Envelope> decode_envelope(std::string_view base64) {
  Result<Bytes> bytes = decode_base64(base64);
  if (!bytes.ok()) return Error{ErrorCode::kMalformed, "signal: the envelope is not base64"};
  Envelope envelope;
  ByteReader reader(*bytes);
  reader.copy_to(envelope.account);
  reader.copy_to(envelope.device);
  if (!reader.ok()) return Error{ErrorCode::kMalformed, "signal: the envelope is too short"};
  if (reader.remaining() > kMaxBlobSize) return Error{ErrorCode::kMalformed, "signal: the envelope is too large"};
  envelope.blob.assign(reader.rest().begin(), reader.rest().end());
  return envelope;
}

void StdioSignalingChannel::start(std::function<void(Envelope)> on_envelope) {
  const std::lock_guard lock(mutex_);
  on_envelope_ = std::move(on_envelope);
}

void StdioSignalingChannel::stop() {
  const std::lock_guard lock(mutex_);
  on_envelope_ = nullptr;
}

Result<void> StdioSignalingChannel::send(Envelope envelope) {
  if (envelope.blob.size() > kMaxBlobSize) return Error{ErrorCode::kInvalidArgument, "the envelope is too large"};
  // Base64 needs no escaping in JSON.
  if (!out_.write(R"({"signal":{"envelope":")" + encode_envelope(envelope) + R"("}})")) {
    return Error{ErrorCode::kUnavailable, "nobody reads the signalling messages"};
  }
  return {};
}

Result<void> StdioSignalingChannel::deliver(std::string_view base64) {
  Result<Envelope> envelope = decode_envelope(base64);
  if (!envelope.ok()) return envelope.error();
  const std::lock_guard lock(mutex_);
  // A copy, because the callback may stop the channel and so end its own original.
  if (const auto on_envelope = on_envelope_) on_envelope(std::move(envelope).value());
  return {};
}

}  // namespace sotto::tools
