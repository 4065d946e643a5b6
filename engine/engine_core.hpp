#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include <sotto/engine.hpp>

#include "engine/calendar.hpp"
#include "engine/call_controller.hpp"
#include "engine/call_record.hpp"
#include "engine/call_screen.hpp"
#include "engine/consent.hpp"
#include "engine/contact_book.hpp"
#include "engine/dial_preparation.hpp"
#include "engine/directory.hpp"
#include "engine/engine_factory.hpp"
#include "engine/envelope_inbox.hpp"
#include "engine/event_thread.hpp"
#include "engine/network_thread.hpp"
#include "transport/ice/network_monitor.hpp"

namespace sotto::engine {

/// Whom a call is for: an account, a name, or a contact with both.
struct DialTarget {
  std::optional<signaling::KnownAccount> known;
  std::string name;
  AccountId account{};
};

/// What stands behind an Engine: its threads, whom it knows, its server, and the calls in progress.
class EngineCore : public std::enable_shared_from_this<EngineCore> {
 public:
  /// `directory` may be null.
  EngineCore(EngineOptions options, InternalOptions internal, std::shared_ptr<signaling::IdentityKeeper> identity,
             std::shared_ptr<ContactBook> contacts, std::shared_ptr<Directory> directory);
  ~EngineCore();

  /// Listens on the signalling channel. After this the core is shared with it.
  void start();
  /// Ends all calls and joins the threads. Handles of calls may live on; they find the engine gone. Not from a
  /// callback.
  void close();

  const std::shared_ptr<ContactBook>& contacts() const { return contacts_; }
  Result<AccountId> add_contact(ByteView bundle) { return contacts_->add({}, bundle, calendar_.now()); }
  Result<std::shared_ptr<Call>> call(const AccountId& account, DialConsent consent, DialOptions options);
  Result<std::shared_ptr<Call>> call(std::string_view name, DialConsent consent, DialOptions options);
  void find(std::string_view name, std::function<void(Result<FoundAccount>)> callback);
  void on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback);
  void on_server_status(std::function<void(const ServerStatus&)> callback);
  ServerStatus server_status() const { return directory_ ? directory_->status() : ServerStatus{}; }

  // For the handles of calls, from any thread:

  Machine& machine() { return machine_; }
  /// Runs `task` with the call's controller on the network thread, if the engine and the controller are still there.
  void with_call(const std::shared_ptr<CallRecord>& record, std::function<void(CallController&)> task);
  /// The same, and waits. False if either is gone.
  bool with_call_wait(const std::shared_ptr<CallRecord>& record, const std::function<void(CallController&)>& task);
  /// Where calls may wait, only one talks: puts all others on hold. Network thread.
  void hold_others(const CallController* talking);
  /// Ends a call, even if it has not got as far as a controller.
  void hang_up(const std::shared_ptr<CallRecord>& record, EndReason reason);

 private:
  /// An outgoing call that has not sent anything yet.
  struct PendingDial {
    DialTarget target;
    DialPreparation preparation;
    DialConsent consent;
    DialOptions options;
    std::optional<std::vector<IceServer>> relays;
    std::unique_ptr<DeadlineTimer> give_up;
  };

  // Any thread, for answers from outside: run `task` there unless the engine is closing.
  void on_network(std::function<void()> task);
  void on_events(std::function<void()> task);

  // Envelopes and calls.
  void receive(Envelope envelope);
  void read_inbox();
  void on_envelope(const Envelope& envelope);
  void add(std::unique_ptr<CallController> controller);
  CallController* find(const std::shared_ptr<CallRecord>& record);
  void on_proven(const signaling::SessionId& id, const signaling::Contact& peer);
  CallController* dialling(const signaling::Contact& peer);
  void settle_crossing(CallController& proven, Timestamp now);
  void end_old_calls(const CallController& proven, Timestamp now);
  bool join_arrived(const std::shared_ptr<CallRecord>& record, const signaling::Contact& peer, PendingDial& dial);
  void replace_session(const signaling::SessionId& old);
  CallEnvironment environment();
  std::shared_ptr<const transport::DtlsCertificate> take_certificate();

  // Incoming.
  void on_init(ByteView blob);
  Occupation occupation_for(const signaling::Contact& caller, bool contact) const;
  bool replaces_unanswered(CallScreen::Attempt& attempt);
  void note_request(const CallScreen::Attempt& attempt);
  void tell_incoming(const std::shared_ptr<CallRecord>& record);

  // Outgoing.
  Result<std::shared_ptr<Call>> begin(DialTarget target, DialConsent consent, DialOptions options);
  void prepare(const std::shared_ptr<CallRecord>& record, DialTarget target, DialConsent consent, DialOptions options);
  void advance(const std::shared_ptr<CallRecord>& record);
  void look_up(const std::shared_ptr<CallRecord>& record, const DialTarget& target);
  void on_looked_up(const std::shared_ptr<CallRecord>& record, const std::optional<signaling::KnownAccount>& known,
                    const Result<std::optional<signaling::DirectoryEntry>>& answer);
  void end_unstarted(const std::shared_ptr<CallRecord>& record, EndReason reason);
  std::string own_name() const;

  // Server and identity.
  void on_status(const ServerStatus& status);
  void request_relays(const std::shared_ptr<CallRecord>& record);
  void on_relays(const std::shared_ptr<CallRecord>& record, std::vector<IceServer> relays);
  void learn(const signaling::Contact& peer);
  void report_blocks();
  void watch_network();
  void schedule_renewal();
  void renew_identity();

  const EngineOptions options_;
  const InternalOptions internal_;
  Machine& machine_;
  Calendar calendar_;
  const std::shared_ptr<signaling::IdentityKeeper> identity_;
  const std::shared_ptr<ContactBook> contacts_;
  const std::shared_ptr<Directory> directory_;  // null: an application's own channel
  const std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  const std::shared_ptr<ClosingWork> closing_work_ = std::make_shared<ClosingWork>();

  std::shared_ptr<const void> block_watch_;
  EnvelopeInbox inbox_;
  std::mutex callback_mutex_;
  std::shared_ptr<const std::function<void(std::shared_ptr<Call>)>> on_incoming_call_;
  std::shared_ptr<const std::function<void(const ServerStatus&)>> on_server_status_;
  std::mutex certificate_mutex_;
  std::shared_ptr<const transport::DtlsCertificate> spare_certificate_;

  // Network thread.
  CallScreen screen_;
  std::map<signaling::SessionId, std::unique_ptr<CallController>> calls_;
  std::map<std::shared_ptr<CallRecord>, PendingDial> pending_;
  std::unique_ptr<DeadlineTimer> renewal_timer_;
  std::unique_ptr<transport::NetworkMonitor> network_monitor_;

  // Event thread.
  bool reporting_blocks_ = false;

  /// Held shared by whoever uses the threads from outside; close() takes it alone to shut them out.
  std::shared_mutex closing_;
  bool closed_ = false;
  std::unique_ptr<EventThread> events_;
  std::unique_ptr<NetworkThread> network_;
};

}  // namespace sotto::engine
