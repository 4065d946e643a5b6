#include "engine/call_controller.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_endings.hpp"
#include "engine/call_timeouts.hpp"

namespace sotto::engine {
namespace {

// How long the last words are repeated before path and keys go.
constexpr Duration kFarewell = 5s;
constexpr Duration kShortestFarewell = 100ms;

void keep_earlier(std::optional<Timestamp>& earliest, std::optional<Timestamp> candidate) {
  if (candidate && (!earliest || *candidate < *earliest)) earliest = candidate;
}

}  // namespace

CallController::CallController(CallEnvironment environment, signaling::CallSession session,
                               std::shared_ptr<CallRecord> record)
    : environment_(std::move(environment)),
      messenger_(std::move(session), environment_.send),
      record_(std::move(record)),
      caller_(messenger_.session().is_caller()),
      wake_(environment_.network.make_wake_signal([this] { service(environment_.machine.now()); })),
      timer_(environment_.network.make_timer([this] { on_deadline(environment_.machine.now()); })) {
  security_.handshake = "Noise_IK_25519_AESGCM_SHA256";
}

CallController::~CallController() {
  if (!ended()) finish(EndReason::kEngineClosed, environment_.machine.now());
  wake_->close();
}

bool CallController::ended() const {
  return caller_ ? caller_state_ == CallerState::kEnded : callee_state_ == CalleeState::kEnded;
}

bool CallController::occupies() const {
  const bool claimed = callee_state_ == CalleeState::kAwaitOffer || callee_state_ == CalleeState::kStrangerRinging;
  return !ended() && (caller_ || !claimed);
}

bool CallController::is_with(const signaling::Contact& peer) const {
  return session().peer().account == peer.account && session().peer().device == peer.device;
}

bool CallController::allows(CallInput input) const {
  return caller_ ? caller_rule(caller_state_, input).takes() : callee_rule(callee_state_, input).takes();
}

bool CallController::step(CallInput input) {
  if (caller_) {
    const auto rule = caller_rule(caller_state_, input);
    if (rule.next() && *rule.next() != CallerState::kEnded) caller_state_ = *rule.next();
    return rule.takes();
  }
  const auto rule = callee_rule(callee_state_, input);
  if (rule.next() && *rule.next() != CalleeState::kEnded) callee_state_ = *rule.next();
  return rule.takes();
}

MediaChoice CallController::local_choice() const {
  // Before a callee's consent its answer says what it could do; the accept says what it will.
  if (consent() == nullptr) return {true, true, true, true};
  const CallMedia& media = consent()->media();
  // A camera may come later, wherever pictures are wanted at all.
  return {media.audio != nullptr, media.video != nullptr || media.receive_video, media.receive_audio,
          media.receive_video};
}

const LocalConsent* CallController::consent() const {
  if (dial_consent_) return &*dial_consent_;
  return accept_consent_ ? &*accept_consent_ : nullptr;
}

// ---- time and the end

void CallController::service(Timestamp now) {
  service_path(now);
  send_local_candidates(now);
  if (media_) media_->send_pending(now);
  // What was said meanwhile leaves at once.
  service_path(now);
  timer_->set(next_deadline());
}

std::optional<Timestamp> CallController::next_deadline() const {
  std::optional<Timestamp> next = state_deadline_;
  keep_earlier(next, prepare_by_);
  if (redial_) keep_earlier(next, redial_->next_deadline());
  keep_earlier(next, release_at_);
  keep_earlier(next, messenger_.next_deadline());
  if (path_) keep_earlier(next, path_->next_deadline());
  if (media_) {
    keep_earlier(next, media_->next_deadline());
    keep_earlier(next, peer_gone_at());
  }
  return next;
}

Timestamp CallController::peer_gone_at() const {
  return std::max(media_->last_authenticated().value_or(media_since_), media_since_) +
         environment_.internal.peer_gone_after;
}

void CallController::on_deadline(Timestamp now) {
  if (release_at_ && now >= *release_at_) {
    if (messenger_.settled() || now >= *timeline_.ended + kFarewell) {
      release_at_.reset();
      environment_.on_finished(session().session_id());
      return;
    }
    release_at_ = now + kShortestFarewell;
  }
  if (state_deadline_ && now >= *state_deadline_) {
    state_deadline_.reset();
    SOTTO_ASSERT(allows(CallInput::kTimeout));
    // A stranger whose call was accepted has 10 s to prove itself: the consent is for this session alone.
    const bool vanished = !caller_ && callee_state_ == CalleeState::kStrangerAccepted;
    end(vanished ? EndReason::kPeerGone : timeline_.accepted ? EndReason::kPathFailed : EndReason::kNoAnswer, now);
  }
  if (redial_ && redial_->on_deadline(now)) begin_redial(newer_peer_ ? *newer_peer_ : session().peer(), now);
  if (prepare_by_ && now >= *prepare_by_) {
    prepare_by_.reset();
    terms_.await_directory = false;
    if (!servers_) servers_ = environment_.options.ice_servers;
    prepare(now);
  }
  if (media_ && now >= peer_gone_at()) end(EndReason::kPeerGone, now);
  if (const auto due = messenger_.next_deadline(); due && now >= *due) messenger_.on_deadline(path_.get(), now);
  if (path_) {
    if (const auto due = path_->next_deadline(); due && now >= *due) path_->on_deadline(now);
  }
  if (media_) {
    if (const auto due = media_->next_deadline(); due && now >= *due) media_->on_deadline(now);
  }
  service(now);
}

void CallController::end(EndReason reason, Timestamp now) {
  if (ended()) return;
  // Before the offer a callee has promised nothing, and before the response a caller has no keys to say it with.
  if (session().established() && session().proven()) {
    send(signaling::Hangup{hangup_reason_of(reason, caller_, timeline_.accepted.has_value())}, now);
    if (media_) media_->send_bye(now);
  }
  finish(reason, now);
}

void CallController::hang_up(EndReason reason, Timestamp now) {
  if (allows(CallInput::kLocalHangUp)) end(reason, now);
  service(now);
}

void CallController::superseded(EndReason reason, Timestamp now) {
  if (allows(CallInput::kReplaced)) finish(reason, now);
}

void CallController::finish(EndReason reason, Timestamp now) {
  if (ended()) return;
  timeline_.ended = now;
  record_->set_final_statistics(statistics());
  caller_state_ = CallerState::kEnded;
  callee_state_ = CalleeState::kEnded;
  const bool tell = record_->advance(CallState::kEnded, reason);
  secured_.reset();
  if (media_) {
    media_->close();
    // Its threads may be inside an application's callback that waits for this thread: joined elsewhere.
    environment_.events.post([media = std::shared_ptr<MediaSession>(std::move(media_))] {});
  }
  // Told behind that: no picture comes after the end.
  if (tell) environment_.events.post([record = record_] { record->tell_state(CallState::kEnded); });
  capture_.reset();
  prepared_encoder_.reset();
  accept_consent_.reset();
  redial_.reset();
  prepare_by_.reset();
  state_deadline_.reset();
  release_at_ = now + kShortestFarewell;
}

void CallController::set_state(CallState state, Timestamp now) {
  if (state == CallState::kConnecting) state_deadline_ = now + kPathTimeout;
  if (!record_->advance(state)) return;
  environment_.events.post([record = record_, state] { record->tell_state(state); });
}

CallStatistics CallController::statistics() const {
  if (ended()) return record_->final_statistics();
  CallStatistics statistics;
  statistics.timeline = timeline_;
  statistics.timeline.first_video = record_->first_video();
  statistics.security = security_;
  statistics.security.peer_class =
      session().peer().device_class == signaling::DeviceClass::kBrowser ? "browser" : "sotto";
  statistics.security.peer_verified = record_->peer().verified;
  statistics.security.safety_number = record_->safety_number();
  statistics.security.sas_symbols = session().sas_symbols();
  statistics.messages_ignored = messages_ignored_;
  statistics.path.refused = media_while_shut_;
  if (path_) {
    statistics.timeline.path_writable = path_->writable_since();
    path_->add_to(statistics);
  }
  if (media_) {
    statistics.timeline.first_audio = media_->first_audio();
    media_->add_to(statistics);
  }
  return statistics;
}

}  // namespace sotto::engine
