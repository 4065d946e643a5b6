// EngineCore: calls that arrive.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "engine/call_handle.hpp"
#include "engine/crossed_calls.hpp"
#include "engine/engine_core.hpp"

namespace sotto::engine {
namespace {

// Calls kept at a time: the one in progress, attempts answered with "busy", and ended ones saying their last words.
constexpr size_t kMaxCalls = 128;

}  // namespace

void EngineCore::on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback) {
  const std::lock_guard lock(callback_mutex_);
  on_incoming_call_ =
      callback ? std::make_shared<const std::function<void(std::shared_ptr<Call>)>>(std::move(callback)) : nullptr;
}

void EngineCore::on_init(ByteView blob) {
  // Where nobody takes calls, those that cross one from here are looked at all the same.
  const bool takes_calls = [this] {
    const std::lock_guard lock(callback_mutex_);
    return on_incoming_call_ != nullptr;
  }();
  const bool dials = std::ranges::any_of(calls_, [](const auto& entry) { return entry.second->dials(); });
  if (!takes_calls && !dials) return;
  if (calls_.size() >= kMaxCalls) {
    log(LogLevel::kWarning, "engine", "refused a call attempt: too many at once");
    return;
  }
  const auto occupation = [this](const signaling::Contact& caller, bool contact) {
    return occupation_for(caller, contact);
  };
  auto attempt = screen_.look_at(blob, *identity_->current(), occupation, machine_.now());
  if (!attempt) {
    log(LogLevel::kInfo, "engine", "refused a call attempt: " + attempt.error().message);
    return;
  }
  if (!takes_calls && attempt->occupation != Occupation::kDialling) return;
  const CallController* own = dialling(attempt->session.peer());
  if (own != nullptr && own_call_goes_on(own->call_id(), attempt->session.call_id(), own->answered())) return;
  switch (attempt->greeting) {
    case Greeting::kNone:
      return;
    case Greeting::kNote:
      note_request(*attempt);
      return;
    case Greeting::kRing: {
      if (replaces_unanswered(*attempt)) return;
      contacts_->meet(attempt->session.peer());
      auto record = std::make_shared<CallRecord>(true, std::move(attempt->peer));
      add(CallController::ring_unanswered(environment(), std::move(attempt->session), record,
                                          [this, record] { tell_incoming(record); }));
      return;
    }
    case Greeting::kAnswer: {
      const auto status = attempt->occupation == Occupation::kBusy ? signaling::ResponseStatus::kBusy
                                                                   : signaling::ResponseStatus::kProceed;
      auto record = std::make_shared<CallRecord>(true, std::move(attempt->peer));
      auto controller = CallController::answer(environment(), std::move(attempt->session), status, record,
                                               [this, record] { tell_incoming(record); });
      if (controller) add(std::move(*controller));
      return;
    }
  }
}

Occupation EngineCore::occupation_for(const signaling::Contact& caller, bool contact) const {
  // Who calls that device wants to talk to it, whatever else there is.
  const auto is_dialled = [&](const auto& entry) { return entry.second->dials() && entry.second->is_with(caller); };
  if (std::ranges::any_of(calls_, is_dialled)) return Occupation::kDialling;
  bool talks = false;
  for (const auto& [id, call] : calls_) {
    // A device that calls again has lost its old call.
    if (call->is_with(caller)) continue;
    // An attempt whose caller is not proven yet keeps no contact out. Strangers do not ring on top of each other.
    if (!contact && call->rings_unanswered()) return Occupation::kBusy;
    if (!call->occupies()) continue;
    // Beside an accepted call one contact may wait.
    if (!options_.call_waiting || !contact || !call->accepted() || std::exchange(talks, true)) return Occupation::kBusy;
  }
  return Occupation::kFree;
}

CallController* EngineCore::dialling(const signaling::Contact& peer) {
  for (auto& [id, call] : calls_) {
    if (call->dials() && call->is_with(peer)) return call.get();
  }
  return nullptr;
}

// Of a call that is dialled here and one from the same device, only one goes on: settled when the other device answers
// the first, and when it proves itself in the second.
void EngineCore::settle_crossing(CallController& proven, Timestamp now) {
  if (!proven.is_caller()) {
    CallController* const own = dialling(proven.peer());
    if (own == nullptr) return;
    if (own_call_goes_on(own->call_id(), proven.call_id(), own->answered())) {
      proven.superseded(EndReason::kCrossed, now);
      return;
    }
    const signaling::Contact dialled = own->peer();
    if (proven.crosses(dialled)) proven.join(own->give_way(now), dialled, now);
    return;
  }
  if (!proven.answered()) return;  // it was refused
  for (auto& [id, call] : calls_) {
    if (call->is_caller() || call->ended() || !call->is_with(proven.peer())) continue;
    // What rings for a stranger who was not answered has nobody behind it who could be heard.
    const bool goes_on = own_call_goes_on(proven.call_id(), call->call_id(), true) || call->rings_unanswered();
    if (goes_on) call->superseded(EndReason::kCrossed, now);
  }
}

// A device that calls again, and has proven it, has lost its old call.
void EngineCore::end_old_calls(const CallController& proven, Timestamp now) {
  if (proven.is_caller() || proven.ended()) return;
  for (auto& [id, call] : calls_) {
    if (call.get() == &proven || call->ended() || call->dials() || !call->is_with(proven.peer())) continue;
    call->superseded(EndReason::kPeerGone, now);
  }
}

// A person calls a device for which it rings here, or is about to: that is an accept.
bool EngineCore::join_arrived(const std::shared_ptr<CallRecord>& record, const signaling::Contact& peer,
                              PendingDial& pending) {
  for (auto& [id, call] : calls_) {
    if (!call->rings_proven() || !call->crosses(peer)) continue;
    const Timestamp now = machine_.now();
    call->join({record, std::move(pending.consent), nullptr, now, pending.options.direct}, peer, now);
    return true;
  }
  return false;
}

// A stranger that dials again while it rings here: the same call goes on ringing, for the new session.
bool EngineCore::replaces_unanswered(CallScreen::Attempt& attempt) {
  const signaling::Contact& caller = attempt.session.peer();
  for (auto& [id, call] : calls_) {
    if (!call->is_with(caller) || call->ended() || !call->record()->incoming()) continue;
    // Accepted already: the consent was for that session, and whoever called has 10 s to go on with it.
    if (!call->rings_unanswered()) return true;
    if (call->call_id() == attempt.session.call_id()) {
      call->replace_unanswered(std::move(attempt.session));
      return true;
    }
    call->superseded(EndReason::kPeerGone, machine_.now());
  }
  return false;
}

void EngineCore::note_request(const CallScreen::Attempt& attempt) {
  if (contacts_->note_request(attempt.session.peer(), attempt.session.name_hint(), calendar_.now())) {
    events_->post([this] { contacts_->save(); });
  }
}

void EngineCore::tell_incoming(const std::shared_ptr<CallRecord>& record) {
  events_->post([this, handle = std::make_shared<CallHandle>(weak_from_this(), record)] {
    std::shared_ptr<const std::function<void(std::shared_ptr<Call>)>> callback;
    {
      const std::lock_guard lock(callback_mutex_);
      callback = on_incoming_call_;
    }
    if (callback) (*callback)(handle);
  });
}

}  // namespace sotto::engine
