// CallController: the accept, at both ends. Nowhere else a gate is opened.
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_controller.hpp"
#include "engine/call_timeouts.hpp"

namespace sotto::engine {

void CallController::accept(AcceptConsent consent, Timestamp now) {
  const bool unanswered = rings_unanswered();
  if (!step(CallInput::kLocalAccept)) return;
  accept_consent_.emplace(std::move(consent));
  timeline_.accepted = now;
  if (unanswered) {
    accept_unanswered(now);
  } else {
    send_accept(now);
  }
  service(now);
}

void CallController::accept_unanswered(Timestamp now) {
  auto response =
      session().respond(signaling::ResponseStatus::kProceed, environment_.calendar.now(), environment_.random);
  if (!response) {
    log(LogLevel::kWarning, "engine", response.error().message);
    finish(EndReason::kIncompatible, now);
    return;
  }
  // The consent waits for the proof: from here on no other session can take this one's place.
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
  const CallMedia& media = accept_consent_->media();
  accepted_media_ = {media.audio != nullptr || media.receive_audio, media.video != nullptr || media.receive_video};
  send(accepted_media_, now);
  if (!capture_) {
    capture_ = std::make_unique<Capture>(*accept_consent_, record_->mute(), environment_.events);
  }
  update_media(now);
  send_media_ready(now);
  state_deadline_ = now + kPathTimeout;
  set_state(keys_ready_ ? CallState::kActive : CallState::kConnecting, now);
  open_media_if_ready(now);
}

void CallController::on_accept(const signaling::Accept& accept, Timestamp now) {
  SOTTO_ASSERT(dial_consent_);
  accepted_media_ = accept;
  timeline_.accepted = now;
  gate_ = MediaGate::open(*dial_consent_, RemoteAccept());
  send(signaling::Accepted{}, now);
  update_media(now);
  send_media_ready(now);
  set_state(keys_ready_ ? CallState::kActive : CallState::kConnecting, now);
  open_media_if_ready(now);
}

// ---- two calls that cross

CrossedDial CallController::give_way(Timestamp now) {
  SOTTO_ASSERT(allows(CallInput::kGiveWay) && dial_consent_);
  CrossedDial dial{std::move(record_), std::move(*dial_consent_), std::move(capture_), *timeline_.dialed,
                   terms_.direct};
  dial_consent_.reset();
  record_ = std::make_shared<CallRecord>(false, dial.record->peer());  // of what ends here, nobody hears
  finish(EndReason::kCrossed, now);
  timer_->set(next_deadline());
  return dial;
}

bool CallController::crosses(const signaling::Contact& dialled) const {
  return allows(CallInput::kLocalDial) && !accept_consent_ && CrossedCall::of(dialled, session());
}

void CallController::join(CrossedDial dial, const signaling::Contact& dialled, Timestamp now) {
  const auto crossed = CrossedCall::of(dialled, session());
  SOTTO_ASSERT(crosses(dialled) && crossed);
  log(LogLevel::kInfo, "engine", "two calls cross: it goes on as the one that has arrived");
  const std::shared_ptr<CallRecord> rang = std::exchange(record_, std::move(dial.record));
  if (rang->advance(CallState::kEnded, EndReason::kCrossed)) {
    environment_.events.post([rang] { rang->tell_state(CallState::kEnded); });
  }
  accept_consent_.emplace(std::move(dial.consent), *crossed);
  capture_ = std::move(dial.capture);
  terms_.direct = dial.direct;
  timeline_.dialed = dial.dialed;
  timeline_.accepted = now;
  if (!servers_) await_relays(now);  // for whom they were asked, they will not be given
  if (step(CallInput::kLocalDial) && callee_state_ == CalleeState::kLocalAccepted) send_accept(now);
  service(now);
}

}  // namespace sotto::engine
