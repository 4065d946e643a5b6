#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "engine/call_path.hpp"
#include "engine/resend_schedule.hpp"
#include "signaling/handshake/call_session.hpp"

namespace sotto::engine {

/// Carries the messages of one call between the two devices: each goes over the warm path, if there is one, and through
/// signalling; what is not acknowledged is repeated as it was sent. Network thread only.
class CallMessenger {
 public:
  /// Puts a sealed blob for that device on the signalling channel.
  using SendEnvelope = std::function<Result<void>(const signaling::Contact& to, const Bytes& blob)>;

  CallMessenger(signaling::CallSession session, SendEnvelope send_envelope)
      : session_(std::move(session)), send_envelope_(std::move(send_envelope)) {}

  signaling::CallSession& session() { return session_; }
  const signaling::CallSession& session() const { return session_; }

  /// A handshake blob, through signalling alone, once.
  Result<void> send_handshake(const Bytes& blob) { return send_envelope_(session_.peer(), blob); }
  /// `path` may be null.
  void send(const signaling::CallMessage& message, CallPath* path, Timestamp now);
  /// The messages that a DATA blob brings, in order; none if it is forged, a duplicate or too early.
  std::vector<signaling::CallMessage> open(ByteView blob, Timestamp now);

  /// Whether nothing is left to be said: all is acknowledged, on both sides.
  bool settled() const { return !session_.established() || (!session_.resend_due() && !session_.ack_due()); }

  std::optional<Timestamp> next_deadline() const;
  void on_deadline(CallPath* path, Timestamp now);

 private:
  void resend(CallPath* path, Timestamp now);

  signaling::CallSession session_;
  SendEnvelope send_envelope_;
  ResendSchedule resend_;
  std::optional<Timestamp> acknowledge_at_;
};

}  // namespace sotto::engine
