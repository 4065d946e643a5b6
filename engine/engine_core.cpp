#include "engine/engine_core.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_handle.hpp"

namespace sotto::engine {
namespace {

// Calls kept at a time: the one in progress, attempts answered with "busy", and ended ones saying their last words.
constexpr size_t kMaxCalls = 128;
// How long a closing engine waits for TURN servers to confirm that its allocations are gone.
constexpr std::chrono::seconds kRelayFarewell{3};

}  // namespace

EngineCore::EngineCore(EngineOptions options, InternalOptions internal,
                       std::shared_ptr<const signaling::DeviceIdentity> identity)
    : options_(std::move(options)),
      internal_(std::move(internal)),
      identity_(std::move(identity)),
      replay_guard_(wall_now()) {}

EngineCore::~EngineCore() { close(); }

void EngineCore::start() {
  options_.signaling->start([weak = weak_from_this()](Envelope envelope) {
    if (const auto core = weak.lock()) core->receive(std::move(envelope));
  });
}

void EngineCore::close() {
  {
    const std::unique_lock lock(closing_);
    if (std::exchange(closed_, true)) return;
  }
  options_.signaling->stop();
  auto sockets_closed = std::make_shared<std::promise<void>>();
  network_->run([this, sockets_closed] {
    const Timestamp now = monotonic_now();
    for (auto& [id, call] : calls_) call->hang_up(EndReason::kEngineClosed, now);
    calls_.clear();
    closing_work_->when_idle([sockets_closed] { sockets_closed->set_value(); });
  });
  events_.reset();  // runs what the calls left: media threads are joined, sources stopped, ends told
  sockets_closed->get_future().wait_for(kRelayFarewell);
  network_.reset();
}

Result<std::shared_ptr<Call>> EngineCore::call(const AccountId& account, DialConsent consent) {
  auto contact = contacts_.find(account);
  if (!contact) return Error{ErrorCode::kInvalidArgument, "not a contact: add_contact() first"};
  if (contact->agree_key_not_after <= wall_now()) {
    return Error{ErrorCode::kExpired, "what is known of the contact is out of date: add_contact() with a new bundle"};
  }
  const CallMedia& media = consent.media();
  if (!media.audio && !media.video && !media.receive_audio && !media.receive_video) {
    return Error{ErrorCode::kInvalidArgument, "a call needs a medium in at least one direction"};
  }
  const std::shared_lock lock(closing_);
  if (closed_) return Error{ErrorCode::kUnavailable, "the engine is closing"};
  auto record = std::make_shared<CallRecord>(false, account);
  network_->post(
      [this, record, consent = std::make_shared<DialConsent>(std::move(consent)), peer = std::move(*contact)] {
        auto controller = CallController::dial(environment(), peer, record, std::move(*consent));
        if (controller) {
          add(std::move(*controller));
          return;
        }
        log(LogLevel::kError, "engine", "cannot dial: " + controller.error().message);
        const EndReason reason =
            controller.error().code == ErrorCode::kUnavailable ? EndReason::kPathFailed : EndReason::kIncompatible;
        if (record->advance(CallState::kEnded, reason)) {
          events_->post([record] { record->tell_state(CallState::kEnded); });
        }
      });
  return std::shared_ptr<Call>(std::make_shared<CallHandle>(weak_from_this(), record));
}

void EngineCore::on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback) {
  const std::lock_guard lock(callback_mutex_);
  on_incoming_call_ =
      callback ? std::make_shared<const std::function<void(std::shared_ptr<Call>)>>(std::move(callback)) : nullptr;
}

void EngineCore::with_call(const std::shared_ptr<CallRecord>& record, std::function<void(CallController&)> task) {
  const std::shared_lock lock(closing_);
  if (closed_) return;
  network_->post([this, record, task = std::move(task)] {
    if (CallController* call = find(record)) task(*call);
  });
}

bool EngineCore::with_call_wait(const std::shared_ptr<CallRecord>& record,
                                const std::function<void(CallController&)>& task) {
  const std::shared_lock lock(closing_);
  if (closed_) return false;
  bool found = false;
  network_->run([&] {
    if (CallController* call = find(record)) {
      task(*call);
      found = true;
    }
  });
  return found;
}

void EngineCore::receive(Envelope envelope) {
  const std::shared_lock lock(closing_);
  if (closed_ || !inbox_.put(std::move(envelope))) return;
  network_->post([this] { read_inbox(); });
}

void EngineCore::read_inbox() {
  bool more = false;
  if (const auto envelope = inbox_.take(more)) on_envelope(*envelope);
  // One a turn: between two of them media has its chance.
  if (more) network_->post([this] { read_inbox(); });
}

void EngineCore::on_envelope(const Envelope& envelope) {
  if (envelope.account != identity_->account().bytes || envelope.device != identity_->device().bytes) return;
  const auto header = signaling::peek_header(envelope.blob);
  if (!header) return;
  const auto call = calls_.find(header->session_id);
  if (header->kind == signaling::BlobKind::kInit) {
    // A session is begun once: an INIT cannot take the place of a call in progress.
    if (call == calls_.end()) on_init(envelope.blob, header->session_id);
  } else if (call != calls_.end()) {
    call->second->on_blob(envelope.blob, monotonic_now());
  }
}

void EngineCore::on_init(ByteView blob, const signaling::SessionId& id) {
  {
    const std::lock_guard lock(callback_mutex_);
    if (!on_incoming_call_) return;  // nobody here takes calls
  }
  if (calls_.size() >= kMaxCalls) {
    log(LogLevel::kWarning, "engine", "refused a call attempt: too many at once");
    return;
  }
  auto session = signaling::CallSession::answer(*identity_, blob, replay_guard_, wall_now());
  if (!session) {
    log(LogLevel::kInfo, "engine", "refused a call attempt: " + session.error().message);
    return;
  }
  // Who is not a contact gets no answer at all: not even that there is a device.
  if (const auto recognised = contacts_.recognise(*session); !recognised) {
    log(LogLevel::kInfo, "engine", "refused a call attempt: " + recognised.error().message);
    return;
  }
  const AccountId account = session->peer().account.bytes;
  const auto status =
      busy_for(session->peer()) ? signaling::ResponseStatus::kBusy : signaling::ResponseStatus::kProceed;
  auto record = std::make_shared<CallRecord>(true, account);
  auto controller = CallController::answer(environment(), std::move(*session), status, record, [this, record] {
    events_->post([this, record, handle = std::make_shared<CallHandle>(weak_from_this(), record)] {
      std::shared_ptr<const std::function<void(std::shared_ptr<Call>)>> callback;
      {
        const std::lock_guard lock(callback_mutex_);
        callback = on_incoming_call_;
      }
      if (callback) (*callback)(handle);
    });
  });
  if (controller) {
    SOTTO_ASSERT((*controller)->session_id() == id);
    add(std::move(*controller));
  }
}

bool EngineCore::busy_for(const signaling::Contact& caller) const {
  // An attempt whose caller is not proven yet keeps nobody out, and a device that calls again has lost its old call.
  return std::any_of(calls_.begin(), calls_.end(), [&](const auto& call) {
    return call.second->occupies() && !(call.second->record()->incoming() && call.second->is_with(caller));
  });
}

void EngineCore::on_proven(const signaling::SessionId& id, const signaling::Contact& peer) {
  contacts_.learn(peer);
  for (auto& [other, call] : calls_) {
    if (other != id && call->record()->incoming() && call->is_with(peer)) call->superseded(monotonic_now());
  }
}

void EngineCore::add(std::unique_ptr<CallController> controller) {
  const signaling::SessionId id = controller->session_id();
  calls_.emplace(id, std::move(controller));
}

CallController* EngineCore::find(const std::shared_ptr<CallRecord>& record) {
  for (auto& [id, call] : calls_) {
    if (call->record() == record) return call.get();
  }
  return nullptr;
}

CallEnvironment EngineCore::environment() {
  return {*network_,
          *events_,
          system_random(),
          pool_,
          closing_work_,
          options_,
          internal_,
          identity_,
          take_certificate(),
          [signaling = options_.signaling](const signaling::Contact& to, const Bytes& blob) {
            auto sent = signaling->send({to.account.bytes, to.device.bytes, blob});
            if (!sent) log(LogLevel::kWarning, "engine", "signalling: " + sent.error().message);
            return sent;
          },
          [this](const signaling::SessionId& id, const signaling::Contact& peer) { on_proven(id, peer); },
          [this](const signaling::SessionId& id) { network_->post([this, id] { calls_.erase(id); }); }};
}

std::shared_ptr<const transport::DtlsCertificate> EngineCore::take_certificate() {
  std::shared_ptr<const transport::DtlsCertificate> certificate;
  {
    const std::lock_guard lock(certificate_mutex_);
    certificate = std::exchange(spare_certificate_, nullptr);
  }
  // Made beforehand where there was time: the next call finds one ready.
  events_->post([this] {
    auto next = transport::DtlsCertificate::create();
    const std::lock_guard lock(certificate_mutex_);
    if (next) spare_certificate_ = std::make_shared<const transport::DtlsCertificate>(std::move(*next));
  });
  if (certificate) return certificate;
  auto made = transport::DtlsCertificate::create();
  SOTTO_ASSERT(made.ok());
  return std::make_shared<const transport::DtlsCertificate>(std::move(*made));
}

}  // namespace sotto::engine
