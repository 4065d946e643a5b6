// CallController: how a call begins, until the offer is out or answered.
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_controller.hpp"
#include "engine/call_timeouts.hpp"

namespace sotto::engine {

// ---- caller

Result<std::unique_ptr<CallController>> CallController::dial(CallEnvironment environment,
                                                             const signaling::Contact& peer,
                                                             std::shared_ptr<CallRecord> record, DialConsent consent,
                                                             DialTerms terms) {
  const CallMedia& media = consent.media();
  const auto kind = media.video || media.receive_video ? signaling::CallKind::kVideo : signaling::CallKind::kAudio;
  auto session =
      signaling::CallSession::dial(*environment.identity, peer, signaling::CallId{environment.random.bytes<16>()}, kind,
                                   environment.calendar.now(), environment.random, terms.name_hint);
  if (!session) return session.error();
  std::unique_ptr<CallController> controller(
      new CallController(std::move(environment), std::move(*session), std::move(record)));
  const Timestamp now = controller->environment_.machine.now();
  controller->terms_ = std::move(terms);
  controller->timeline_.dialed = now;
  controller->capture_ =
      std::make_unique<Capture>(consent, controller->record_->mute(), controller->environment_.events);
  if (media.video) controller->prepare_encoder();
  controller->dial_consent_.emplace(std::move(consent));
  controller->local_media_ = make_offer(controller->local_choice(), controller->environment_.random);
  controller->state_deadline_ = now + kResponseTimeout;
  controller->redial_.emplace(controller->terms_.contact, now, controller->environment_.internal.redial_delays);
  // An INIT that is not taken is a lost one.
  (void)controller->messenger_.send_handshake(controller->session().init());
  // Candidates are found while the handshake is on its way, so that the offer can carry them all.
  controller->await_relays(now);
  if (controller->terms_.await_directory || !controller->servers_) controller->prepare_by_ = now + kServerPatience;
  controller->prepare(now);
  controller->service(now);
  return controller;
}

void CallController::begin_redial(const signaling::Contact& peer, Timestamp now) {
  if (!step(CallInput::kRedial)) return;
  auto next = signaling::CallSession::dial(*environment_.identity, peer, session().call_id(), session().kind(),
                                           environment_.calendar.now(), environment_.random, terms_.name_hint);
  if (!next) {
    log(LogLevel::kWarning, "engine", "cannot dial again: " + next.error().message);
    return;
  }
  log(LogLevel::kInfo, "engine", "no response: dialling again");
  const signaling::SessionId old = session_id();
  messenger_ = CallMessenger(std::move(*next), environment_.send);
  environment_.on_session_replaced(old);
  (void)messenger_.send_handshake(session().init());
  service(now);
}

void CallController::on_directory(std::optional<signaling::Contact> peer, Timestamp now) {
  if (!caller_ || ended()) return;
  const bool removed = peer && peer->device != session().peer().device;
  if (!std::exchange(terms_.await_directory, false)) {
    // Too late to keep the offer back, not too late to keep the call from a device that is not the callee's any more.
    if (removed && !timeline_.accepted) end(EndReason::kOutdated, now);
  } else if (removed) {
    redial_.emplace(terms_.contact, now, environment_.internal.redial_delays);
    begin_redial(*peer, now);
  } else if (peer) {
    newer_peer_ = std::move(peer);
  }
  prepare(now);
  service(now);
}

void CallController::on_link_renewed(Timestamp now) {
  if (redial_) redial_->on_link_renewed();
  service(now);
}

// ---- callee

Result<std::unique_ptr<CallController>> CallController::answer(CallEnvironment environment,
                                                               signaling::CallSession session,
                                                               signaling::ResponseStatus status,
                                                               std::shared_ptr<CallRecord> record,
                                                               std::function<void()> on_ringing) {
  std::unique_ptr<CallController> controller(
      new CallController(std::move(environment), std::move(session), std::move(record)));
  controller->on_ringing_ = std::move(on_ringing);
  const Timestamp now = controller->environment_.machine.now();
  auto response =
      controller->session().respond(status, controller->environment_.calendar.now(), controller->environment_.random);
  if (!response) return response.error();
  controller->timeline_.dialed = now;
  controller->timeline_.handshake_done = now;
  if (auto sent = controller->messenger_.send_handshake(*response); !sent) return sent.error();
  controller->state_deadline_ = now + controller->environment_.internal.offer_timeout;
  if (status == signaling::ResponseStatus::kProceed) {
    controller->await_relays(now);
  } else {
    controller->finish(EndReason::kBusy, now);
  }
  controller->service(now);
  return controller;
}

std::unique_ptr<CallController> CallController::ring_unanswered(CallEnvironment environment,
                                                                signaling::CallSession session,
                                                                std::shared_ptr<CallRecord> record,
                                                                std::function<void()> on_ringing) {
  std::unique_ptr<CallController> controller(
      new CallController(std::move(environment), std::move(session), std::move(record)));
  const Timestamp now = controller->environment_.machine.now();
  controller->callee_state_ = CalleeState::kStrangerRinging;
  controller->timeline_.dialed = now;
  controller->timeline_.ringing = now;
  controller->set_state(CallState::kRinging, now);
  // The caller waits no longer, and could not tell us that it has given up.
  controller->state_deadline_ = now + kResponseTimeout;
  if (on_ringing) on_ringing();
  controller->service(now);
  return controller;
}

void CallController::replace_unanswered(signaling::CallSession session) {
  SOTTO_ASSERT(rings_unanswered() && call_id() == session.call_id());
  step(CallInput::kRedial);
  const signaling::SessionId old = session_id();
  messenger_ = CallMessenger(std::move(session), environment_.send);
  environment_.on_session_replaced(old);
}

// ---- both: what is waited for

void CallController::await_relays(Timestamp now) {
  if (terms_.relays) {
    set_relays(*terms_.relays, now);
  } else if (environment_.request_relays) {
    environment_.request_relays(record_);
  } else {
    set_relays({}, now);
  }
}

void CallController::set_relays(std::vector<IceServer> relays, Timestamp now) {
  if (ended() || servers_) return;
  servers_ = environment_.options.ice_servers;
  servers_->insert(servers_->end(), relays.begin(), relays.end());
  prepare(now);
  service(now);
}

void CallController::prepare(Timestamp now) {
  if (ended() || !servers_) return;
  if (!caller_) {
    if (callee_state_ == CalleeState::kPreparing) answer_offer(now);
    return;
  }
  if (!path_ && !open_path(now)) return;
  if (terms_.await_directory) return;
  prepare_by_.reset();
  const bool first = caller_state_ == CallerState::kPreparing;
  if (step(CallInput::kPrepared) && first) send_offer(now);
}

}  // namespace sotto::engine
