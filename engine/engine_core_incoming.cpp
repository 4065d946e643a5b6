// EngineCore: calls that arrive.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "engine/call_handle.hpp"
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
  {
    const std::lock_guard lock(callback_mutex_);
    if (!on_incoming_call_) return;  // nobody here takes calls
  }
  if (calls_.size() >= kMaxCalls) {
    log(LogLevel::kWarning, "engine", "refused a call attempt: too many at once");
    return;
  }
  const auto busy = [this](const signaling::Contact& caller, bool contact) { return busy_for(caller, contact); };
  auto attempt = screen_.look_at(blob, *identity_->current(), busy, machine_.now());
  if (!attempt) {
    log(LogLevel::kInfo, "engine", "refused a call attempt: " + attempt.error().message);
    return;
  }
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
      const auto status = busy_for(attempt->session.peer(), true) ? signaling::ResponseStatus::kBusy
                                                                  : signaling::ResponseStatus::kProceed;
      auto record = std::make_shared<CallRecord>(true, std::move(attempt->peer));
      auto controller = CallController::answer(environment(), std::move(attempt->session), status, record,
                                               [this, record] { tell_incoming(record); });
      if (controller) add(std::move(*controller));
      return;
    }
  }
}

bool EngineCore::busy_for(const signaling::Contact& caller, bool contact) const {
  // An attempt whose caller is not proven yet keeps no contact out, and a device that calls again has lost its old
  // call. Strangers do not ring on top of each other.
  return std::ranges::any_of(calls_, [&](const auto& entry) {
    const CallController& call = *entry.second;
    const bool in_the_way = call.occupies() || (!contact && call.rings_unanswered());
    return in_the_way && !(call.record()->incoming() && call.is_with(caller));
  });
}

// A stranger that dials again while it rings here: the same call goes on ringing, for the new session.
bool EngineCore::replaces_unanswered(CallScreen::Attempt& attempt) {
  const signaling::Contact& caller = attempt.session.peer();
  for (auto& [id, call] : calls_) {
    if (!call->is_with(caller) || call->ended() || !call->record()->incoming()) continue;
    // Accepted already: the consent was for that session, and whoever called has 10 s to go on with it.
    if (!call->rings_unanswered()) return true;
    if (call->is_call(attempt.session.call_id())) {
      call->replace_unanswered(std::move(attempt.session));
      return true;
    }
    call->superseded(machine_.now());
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
