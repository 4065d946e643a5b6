#include "engine/call_screen.hpp"

#include <utility>

namespace sotto::engine {

CallScreen::CallScreen(std::shared_ptr<ContactBook> contacts, StrangerCalls strangers, const Calendar& calendar,
                       size_t attempts_a_minute)
    : contacts_(std::move(contacts)),
      strangers_(strangers),
      calendar_(calendar),
      began_(calendar.now()),
      replay_guard_(began_),
      limiter_(attempts_a_minute) {}

Result<CallScreen::Attempt> CallScreen::look_at(
    ByteView init, const signaling::DeviceIdentity& self,
    const std::function<Occupation(const signaling::Contact& caller, bool contact)>& occupation, Timestamp now) {
  auto session = signaling::CallSession::answer(self, init, replay_guard_, calendar_.now());
  if (!session) return session.error();
  const signaling::Contact& caller = session->peer();
  const auto known = contacts_->find(caller.account.bytes);
  const bool contact = known && known->added;
  if (!limiter_.allow(contact ? caller.account.bytes : AttemptLimiter::kStrangers, now)) {
    return Error{ErrorCode::kRefused, "too many attempts within a minute"};
  }
  if (known) {
    if (const auto same = session->recognise(known->pinned); !same) return same.error();
  }
  const Occupation found = occupation(caller, contact);
  const Greeting greeting = greeting_for(known ? &*known : nullptr, strangers_, found);
  CallPeer peer{.account = caller.account.bytes,
                .name = contact ? known->name : unverified_name(session->name_hint()),
                .known = contact,
                .verified = contact && known->verified};
  return Attempt{std::move(*session), greeting, found, std::move(peer)};
}

void CallScreen::on_clock_corrected() {
  const auto offset = std::chrono::duration_cast<std::chrono::milliseconds>(calendar_.offset());
  replay_guard_ = signaling::InitReplayGuard(began_ + offset);
}

std::string unverified_name(std::string_view hint) {
  if (hint.empty()) return "somebody unknown";
  return "\"" + std::string(hint) + "\" (unverified)";
}

}  // namespace sotto::engine
