// EngineCore: its threads, envelopes, and what all calls share. The rest is in
// engine_core_{incoming,outgoing,server}.cpp.
#include "engine/engine_core.hpp"

#include <future>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace sotto::engine {
namespace {

// How long a closing engine waits for TURN servers to confirm that its allocations are gone.
constexpr std::chrono::seconds kRelayFarewell{3};

}  // namespace

EngineCore::EngineCore(EngineOptions options, InternalOptions internal,
                       std::shared_ptr<signaling::IdentityKeeper> identity, std::shared_ptr<ContactBook> contacts,
                       std::shared_ptr<Directory> directory)
    : options_(std::move(options)),
      internal_(std::move(internal)),
      machine_(*internal_.machine),
      calendar_(internal_.clock),
      identity_(std::move(identity)),
      contacts_(std::move(contacts)),
      directory_(std::move(directory)),
      screen_(contacts_, options_.stranger_calls, calendar_, internal_.attempts_a_minute),
      events_(std::make_unique<EventThread>(machine_)),
      network_(internal_.start_network()) {}

EngineCore::~EngineCore() { close(); }

void EngineCore::start() {
  network_->run([this] {
    renewal_timer_ = network_->make_timer([this] {
      events_->post([this] {
        renew_identity();
        report_blocks();
      });
      schedule_renewal();
    });
    schedule_renewal();
    if (directory_) watch_network();
  });
  if (directory_) {
    block_watch_ = contacts_->watch_blocks([weak = weak_from_this()] {
      if (const auto core = weak.lock()) core->on_events([raw = core.get()] { raw->report_blocks(); });
    });
    directory_->on_status([weak = weak_from_this()](const ServerStatus& status) {
      if (const auto core = weak.lock()) core->on_status(status);
    });
  }
  options_.signaling->start([weak = weak_from_this()](Envelope envelope) {
    if (const auto core = weak.lock()) core->receive(std::move(envelope));
  });
}

void EngineCore::close() {
  {
    const std::unique_lock lock(closing_);
    if (std::exchange(closed_, true)) return;
  }
  block_watch_.reset();
  options_.signaling->stop();
  auto sockets_closed = std::make_shared<std::promise<void>>();
  network_->run([this, sockets_closed] {
    const Timestamp now = machine_.now();
    renewal_timer_.reset();
    network_monitor_.reset();
    while (!pending_.empty()) end_unstarted(pending_.begin()->first, EndReason::kEngineClosed);
    for (auto& [id, call] : calls_) call->hang_up(EndReason::kEngineClosed, now);
    calls_.clear();
    // What has arrived and was not read is nobody's any more: what a call needs is about to go.
    for (bool more = true; more;) (void)inbox_.take(more);
    closing_work_->when_idle([sockets_closed] { sockets_closed->set_value(); });
  });
  events_.reset();  // runs what the calls left: media threads are joined, sources stopped, ends told
  sockets_closed->get_future().wait_for(kRelayFarewell);
  network_.reset();
}

void EngineCore::on_network(std::function<void()> task) {
  const std::shared_lock lock(closing_);
  if (!closed_) network_->post(std::move(task));
}

void EngineCore::on_events(std::function<void()> task) {
  const std::shared_lock lock(closing_);
  if (!closed_) events_->post(std::move(task));
}

void EngineCore::with_call(const std::shared_ptr<CallRecord>& record, std::function<void(CallController&)> task) {
  on_network([this, record, task = std::move(task)] {
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

void EngineCore::hold_others(const CallController* talking) {
  if (!options_.call_waiting) return;
  for (auto& [id, call] : calls_) {
    if (call.get() != talking && call->accepted()) (void)call->hold(machine_.now());
  }
}

void EngineCore::hang_up(const std::shared_ptr<CallRecord>& record, EndReason reason) {
  on_network([this, record, reason] {
    if (CallController* call = find(record)) {
      call->hang_up(reason, machine_.now());
    } else if (pending_.contains(record)) {
      end_unstarted(record, reason);
    }
  });
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
  const auto self = identity_->current();
  if (envelope.account != self->account().bytes || envelope.device != self->device().bytes) return;
  const auto header = signaling::peek_header(envelope.blob);
  if (!header) return;
  const auto call = calls_.find(header->session_id);
  if (header->kind == signaling::BlobKind::kInit) {
    // A session is begun once: an INIT cannot take the place of a call in progress.
    if (call == calls_.end()) on_init(envelope.blob);
  } else if (call != calls_.end()) {
    call->second->on_blob(envelope.blob, machine_.now());
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

void EngineCore::on_proven(const signaling::SessionId& id, const signaling::Contact& peer) {
  learn(peer);
  const auto proven = calls_.find(id);
  SOTTO_ASSERT(proven != calls_.end());
  settle_crossing(*proven->second, machine_.now());
  end_old_calls(*proven->second, machine_.now());
  // Takes milliseconds: not here.
  events_->post([this, record = proven->second->record(), account = peer.account, root = peer.root] {
    record->set_safety_number(contacts_->safety_number(account, root));
  });
}

void EngineCore::replace_session(const signaling::SessionId& old) {
  auto call = calls_.extract(old);
  if (call.empty()) return;  // it is just being dialled
  call.key() = call.mapped()->session_id();
  calls_.insert(std::move(call));
}

CallEnvironment EngineCore::environment() {
  CallEnvironment environment{
      .machine = machine_,
      .network = *network_,
      .events = *events_,
      .random = system_random(),
      .pool = pool_,
      .closing = closing_work_,
      .options = options_,
      .internal = internal_,
      .calendar = calendar_,
      .identity = identity_->current(),
      .certificate = take_certificate(),
      .send =
          [signaling = options_.signaling](const signaling::Contact& to, const Bytes& blob) {
            auto sent = signaling->send({to.account.bytes, to.device.bytes, blob});
            if (!sent) log(LogLevel::kWarning, "engine", "signalling: " + sent.error().message);
            return sent;
          },
      .on_proven = [this](const signaling::SessionId& id, const signaling::Contact& peer) { on_proven(id, peer); },
      .on_session_replaced = [this](const signaling::SessionId& old) { replace_session(old); },
      .on_finished = [this](const signaling::SessionId& id) { network_->post([this, id] { calls_.erase(id); }); },
      .hides_address =
          [this](const signaling::AccountId& peer, bool direct) {
            const auto known = contacts_->find(peer.bytes);
            return hides_address_from(known ? &*known : nullptr, direct);
          },
      .request_relays = nullptr,
  };
  if (directory_) {
    environment.request_relays = [this](const std::shared_ptr<CallRecord>& record) { request_relays(record); };
  }
  return environment;
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
