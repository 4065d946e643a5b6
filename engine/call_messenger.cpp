#include "engine/call_messenger.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/log.hpp"

namespace sotto::engine {
namespace {

// An acknowledgement rides on the next message if one comes in this time.
constexpr Duration kAcknowledgeDelay = 20ms;
constexpr Duration kUnknownRoundTrip = 100ms;

}  // namespace

void CallMessenger::send(const signaling::CallMessage& message, CallPath* path, Timestamp now) {
  auto blob = session_.seal(message);
  if (!blob) {
    log(LogLevel::kWarning, "engine", "a call message was not sent: " + blob.error().message);
    return;
  }
  acknowledge_at_.reset();  // every message carries what there is to acknowledge
  const bool on_path = path != nullptr && path->send_message(*blob);
  if (std::holds_alternative<signaling::Ack>(message)) {
    if (!on_path) (void)send_envelope_(session_.peer(), *blob);
    return;
  }
  (void)send_envelope_(session_.peer(), *blob);  // if it was not taken, it is sent again like one that was lost
  const auto round_trip = path != nullptr ? path->round_trip_time() : std::nullopt;
  resend_.on_sent(now, round_trip.value_or(kUnknownRoundTrip));
}

std::vector<signaling::CallMessage> CallMessenger::open(ByteView blob, Timestamp now) {
  auto messages = session_.open(blob);
  if (!messages) return {};  // counted by the session
  if (!session_.resend_due()) resend_.clear();
  if (session_.ack_due() && !acknowledge_at_) acknowledge_at_ = now + kAcknowledgeDelay;
  return std::move(*messages);
}

std::optional<Timestamp> CallMessenger::next_deadline() const {
  const auto resend = resend_.next_deadline();
  if (resend && acknowledge_at_) return std::min(*resend, *acknowledge_at_);
  return resend ? resend : acknowledge_at_;
}

void CallMessenger::on_deadline(CallPath* path, Timestamp now) {
  if (acknowledge_at_ && now >= *acknowledge_at_) {
    acknowledge_at_.reset();
    if (session_.ack_due()) send(signaling::Ack{}, path, now);
  }
  if (const auto due = resend_.next_deadline(); due && now >= *due) resend(path, now);
}

void CallMessenger::resend(CallPath* path, Timestamp now) {
  const auto due = resend_.on_deadline(now);
  if (!session_.established() || !session_.resend_due()) {
    resend_.clear();
    return;
  }
  for (const auto& sent : session_.unacknowledged()) {
    if (due.on_path && path != nullptr) (void)path->send_message(sent.blob);
    if (due.through_signaling) (void)send_envelope_(session_.peer(), sent.blob);
  }
}

}  // namespace sotto::engine
