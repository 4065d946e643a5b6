// CallController: the accept, at both ends. Nowhere else a gate is opened.
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_controller.hpp"
#include "engine/call_timeouts.hpp"

namespace sotto::engine {

void CallController::accept(AcceptConsent consent, Timestamp now) {
  if (rings_unanswered()) {
    accept_unanswered(std::move(consent), now);
  } else if (!caller_ && callee_state_ == CalleeState::kRinging) {
    accept_consent_.emplace(std::move(consent));
    timeline_.accepted = now;
    send_accept(now);
  }
  service(now);
}

void CallController::accept_unanswered(AcceptConsent consent, Timestamp now) {
  auto response =
      session().respond(signaling::ResponseStatus::kProceed, environment_.calendar.now(), environment_.random);
  if (!response) {
    log(LogLevel::kWarning, "engine", response.error().message);
    finish(EndReason::kIncompatible, now);
    return;
  }
  // The consent waits for the proof: from here on no other session can take this one's place.
  accept_consent_.emplace(std::move(consent));
  callee_state_ = CalleeState::kStrangerAccepted;
  timeline_.accepted = now;
  timeline_.handshake_done = now;
  if (const auto sent = messenger_.send_handshake(*response); !sent) {
    finish(EndReason::kNoServer, now);
    return;
  }
  await_relays(now);
  set_state(CallState::kConnecting, now);
  state_deadline_ = now + environment_.internal.offer_timeout;
}

void CallController::send_accept(Timestamp now) {
  const auto proven = ProvenPeer::of(session());
  SOTTO_ASSERT(accept_consent_ && proven);
  gate_ = MediaGate::open(*accept_consent_, *proven);
  callee_state_ = CalleeState::kLocalAccepted;
  const CallMedia& media = accept_consent_->media();
  accepted_media_ = {media.audio != nullptr || media.receive_audio, media.video != nullptr || media.receive_video};
  send(accepted_media_, now);
  capture_ = std::make_unique<Capture>(*accept_consent_, record_->mute(), environment_.events);
  send_media_ready(now);
  state_deadline_ = now + kPathTimeout;
  set_state(keys_ready_ ? CallState::kActive : CallState::kConnecting, now);
  open_media_if_ready(now);
}

void CallController::on_accept(const signaling::Accept& accept, Timestamp now) {
  SOTTO_ASSERT(dial_consent_);
  caller_state_ = CallerState::kActive;
  accepted_media_ = accept;
  timeline_.accepted = now;
  gate_ = MediaGate::open(*dial_consent_, RemoteAccept());
  send(signaling::Accepted{}, now);
  send_media_ready(now);
  set_state(keys_ready_ ? CallState::kActive : CallState::kConnecting, now);
  open_media_if_ready(now);
}

}  // namespace sotto::engine
