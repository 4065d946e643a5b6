// EngineCore: calls that go out, and looking for people.
#include <utility>

#include "base/log.hpp"
#include "engine/call_handle.hpp"
#include "engine/call_timeouts.hpp"
#include "engine/directory_verdict.hpp"
#include "engine/engine_core.hpp"
#include "signaling/identity/name.hpp"

namespace sotto::engine {
namespace {

// How long somebody who is no contact is looked for: as long as the client keeps a question (10 s) and a little more.
constexpr Duration kLookUpTimeout = 12s;

Error no_name() {
  return {ErrorCode::kInvalidArgument, "a name is 3 to 32 of a-z 0-9 . _ -, and begins with a letter"};
}

// What a directory's answer to a person's question comes to.
Result<FoundAccount> describe(const std::string& name, const std::optional<signaling::DirectoryEntry>& entry,
                              const ContactBook& contacts, WallTime now) {
  const DirectoryVerdict verdict = judge(entry, nullptr, now);
  if (!verdict.peer) return Error{ErrorCode::kUnavailable, std::string(explanation(verdict.problem))};
  FoundAccount found;
  found.account = verdict.peer->account.bytes;
  found.name = name;
  found.bundle = verdict.peer->bundle;
  found.safety_number = contacts.safety_number(verdict.peer->account, verdict.peer->root);
  const auto known = contacts.find(found.account);
  if (known && known->added) {
    const auto same = signaling::verify_bundle(verdict.peer->bundle, now, &known->pinned);
    if (!same) return same.error();
    // Keys that a call has brought are as new to the user as those that the directory brings now.
    const bool changed = known->key_changed || verdict.peer->root_rotations > known->pinned.root_rotations;
    found.standing = changed ? FoundAccount::Standing::kKeyChanged : FoundAccount::Standing::kContact;
  } else if (const auto namesake = contacts.find(name); namesake && namesake->pinned.account.bytes != found.account) {
    found.standing = FoundAccount::Standing::kOtherPerson;
  }
  return found;
}

}  // namespace

Result<std::shared_ptr<Call>> EngineCore::call(const AccountId& account, DialConsent consent, DialOptions options) {
  auto known = contacts_->find(account);
  if (!known && !directory_) return Error{ErrorCode::kInvalidArgument, "not a contact: add_contact() first"};
  std::string name = known && known->added ? known->name : std::string();
  return begin({std::move(known), std::move(name), account}, std::move(consent), options);
}

Result<std::shared_ptr<Call>> EngineCore::call(std::string_view name, DialConsent consent, DialOptions options) {
  auto proper = signaling::normal_name(name);
  if (!proper) return no_name();
  auto known = contacts_->find(*proper);
  if (!known && !directory_) {
    return Error{ErrorCode::kInvalidArgument, "no contact has this name, and there is no server to ask"};
  }
  const AccountId account = known ? known->pinned.account.bytes : AccountId{};
  return begin({std::move(known), std::move(*proper), account}, std::move(consent), options);
}

Result<std::shared_ptr<Call>> EngineCore::begin(DialTarget target, DialConsent consent, DialOptions options) {
  const CallMedia& media = consent.media();
  if (!media.audio && !media.video && !media.receive_audio && !media.receive_video) {
    return Error{ErrorCode::kInvalidArgument, "a call needs a medium in at least one direction"};
  }
  const bool contact = target.known && target.known->added;
  auto record = std::make_shared<CallRecord>(false, CallPeer{.account = target.account,
                                                             .name = target.name,
                                                             .known = contact,
                                                             .verified = contact && target.known->verified});
  const std::shared_lock lock(closing_);
  if (closed_) return Error{ErrorCode::kUnavailable, "the engine is closing"};
  network_->post([this, record, consent = std::make_shared<DialConsent>(std::move(consent)), options,
                  target = std::move(target)] { prepare(record, target, std::move(*consent), options); });
  return std::shared_ptr<Call>(std::make_shared<CallHandle>(weak_from_this(), record));
}

void EngineCore::prepare(const std::shared_ptr<CallRecord>& record, DialTarget target, DialConsent consent,
                         DialOptions options) {
  const bool hidden =
      options_.relay_only || hides_address_from(target.known ? &*target.known : nullptr, options.direct);
  DialPreparation preparation(target.known, directory_ != nullptr, hidden, calendar_.now());
  const bool hopeless = preparation.step() == DialPreparation::Step::kEnd;
  auto timer = network_->make_timer([this, weak = std::weak_ptr(record)] {
    const auto late = weak.lock();
    const auto pending = late ? pending_.find(late) : pending_.end();
    if (pending == pending_.end()) return;
    const bool found = !pending->second.preparation.awaits_directory();
    network_->post([this, late, found] {
      if (pending_.contains(late)) end_unstarted(late, found ? EndReason::kNoRelay : EndReason::kNoServer);
    });
  });
  timer->set(machine_.now() + kLookUpTimeout);
  pending_.emplace(record,
                   PendingDial{target, std::move(preparation), std::move(consent), options, {}, std::move(timer)});
  if (!hopeless && directory_) look_up(record, target);
  if (!hopeless && hidden && directory_) {
    request_relays(record);
  } else if (hidden) {
    on_relays(record, {});
  }
  advance(record);
}

void EngineCore::advance(const std::shared_ptr<CallRecord>& record) {
  const auto found = pending_.find(record);
  if (found == pending_.end()) return;
  PendingDial& pending = found->second;
  switch (pending.preparation.step()) {
    case DialPreparation::Step::kWait:
      return;
    case DialPreparation::Step::kEnd:
      end_unstarted(record, pending.preparation.problem());
      return;
    case DialPreparation::Step::kDial:
      break;
  }
  const signaling::Contact peer = pending.preparation.peer();
  record->set_account(peer.account.bytes);
  hold_others(nullptr);
  if (join_arrived(record, peer, pending)) {
    pending_.erase(record);
    return;
  }
  DialTerms terms{.contact = pending.target.known && pending.target.known->added,
                  .direct = pending.options.direct,
                  .await_directory = pending.preparation.awaits_directory(),
                  .name_hint = own_name(),
                  .relays = std::move(pending.relays)};
  auto controller = CallController::dial(environment(), peer, record, std::move(pending.consent), std::move(terms));
  if (controller) {
    pending_.erase(record);
    add(std::move(*controller));
    return;
  }
  log(LogLevel::kError, "engine", "cannot dial: " + controller.error().message);
  end_unstarted(record,
                controller.error().code == ErrorCode::kExpired ? EndReason::kOutdated : EndReason::kIncompatible);
}

void EngineCore::look_up(const std::shared_ptr<CallRecord>& record, const DialTarget& target) {
  auto done = [weak = weak_from_this(), record,
               known = target.known](Result<std::optional<signaling::DirectoryEntry>> answer) {
    const auto core = weak.lock();
    if (!core) return;
    core->on_network(
        [raw = core.get(), record, known, answer = std::move(answer)] { raw->on_looked_up(record, known, answer); });
  };
  if (target.name.empty()) {
    directory_->look_up(target.account, std::move(done));
  } else {
    directory_->look_up(target.name, std::move(done));
  }
}

void EngineCore::on_looked_up(const std::shared_ptr<CallRecord>& record,
                              const std::optional<signaling::KnownAccount>& known,
                              const Result<std::optional<signaling::DirectoryEntry>>& answer) {
  DirectoryVerdict verdict;
  if (answer) {
    verdict = judge(*answer, known ? &*known : nullptr, calendar_.now());
    if (known && verdict.peer) learn(*verdict.peer);
  } else {
    log(LogLevel::kWarning, "engine", "the directory did not answer: " + answer.error().message);
  }
  if (const auto pending = pending_.find(record); pending != pending_.end()) {
    if (answer) {
      pending->second.preparation.on_directory(std::move(verdict));
    } else {
      pending->second.preparation.on_no_directory();
    }
    advance(record);
  } else if (CallController* call = find(record)) {
    const Timestamp now = machine_.now();
    if (verdict.problem == EndReason::kNone) {
      call->on_directory(std::move(verdict.peer), now);
    } else if (!call->statistics().timeline.accepted) {
      call->hang_up(verdict.problem, now);
    }
  }
}

void EngineCore::end_unstarted(const std::shared_ptr<CallRecord>& record, EndReason reason) {
  const auto kept = record;  // the key goes
  pending_.erase(kept);
  if (kept->advance(CallState::kEnded, reason)) {
    events_->post([kept] { kept->tell_state(CallState::kEnded); });
  }
}

std::string EngineCore::own_name() const {
  const std::string registered = server_status().name;
  return registered.empty() ? options_.register_name : registered;
}

void EngineCore::find(std::string_view name, std::function<void(Result<FoundAccount>)> callback) {
  const auto proper = signaling::normal_name(name);
  auto done = [weak = weak_from_this(), name = proper.value_or(std::string()),
               callback = std::move(callback)](Result<std::optional<signaling::DirectoryEntry>> answer) {
    const auto core = weak.lock();
    if (!core) return;
    core->on_events([raw = core.get(), name, callback, answer = std::move(answer)] {
      callback(answer ? describe(name, *answer, *raw->contacts_, raw->calendar_.now()) : answer.error());
    });
  };
  if (!proper) {
    done(no_name());
    return;
  }
  if (!directory_) {
    done(Error{ErrorCode::kUnavailable, "there is no server to ask: this engine has a signalling channel of its own"});
    return;
  }
  directory_->look_up(*proper, std::move(done));
}

}  // namespace sotto::engine
