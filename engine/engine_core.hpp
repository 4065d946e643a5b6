#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include <sotto/engine.hpp>

#include "engine/call_controller.hpp"
#include "engine/call_record.hpp"
#include "engine/consent.hpp"
#include "engine/contact_book.hpp"
#include "engine/engine_factory.hpp"
#include "engine/envelope_inbox.hpp"
#include "engine/event_thread.hpp"
#include "engine/network_thread.hpp"
#include "signaling/handshake/init_replay_guard.hpp"

namespace sotto::engine {

/// What stands behind an Engine: its threads, its contacts and the calls in progress.
class EngineCore : public std::enable_shared_from_this<EngineCore> {
 public:
  EngineCore(EngineOptions options, InternalOptions internal,
             std::shared_ptr<const signaling::DeviceIdentity> identity);
  ~EngineCore();

  /// Listens on the signalling channel. After this the core is shared with it.
  void start();
  /// Ends all calls and joins the threads. Handles of calls may live on; they find the engine gone. Not from a
  /// callback.
  void close();

  Result<AccountId> add_contact(ByteView bundle) { return contacts_.add(bundle, wall_now()); }
  Result<std::shared_ptr<Call>> call(const AccountId& contact, DialConsent consent);
  void on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback);

  // For the handles of calls, from any thread:

  /// Runs `task` with the call's controller on the network thread, if the engine and the controller are still there.
  void with_call(const std::shared_ptr<CallRecord>& record, std::function<void(CallController&)> task);
  /// The same, and waits. False if either is gone.
  bool with_call_wait(const std::shared_ptr<CallRecord>& record, const std::function<void(CallController&)>& task);

 private:
  void receive(Envelope envelope);
  void read_inbox();
  void on_envelope(const Envelope& envelope);
  void on_init(ByteView blob, const signaling::SessionId& id);
  bool busy_for(const signaling::Contact& caller) const;
  void on_proven(const signaling::SessionId& id, const signaling::Contact& peer);
  void add(std::unique_ptr<CallController> controller);
  CallController* find(const std::shared_ptr<CallRecord>& record);
  CallEnvironment environment();
  std::shared_ptr<const transport::DtlsCertificate> take_certificate();

  const EngineOptions options_;
  const InternalOptions internal_;
  const std::shared_ptr<const signaling::DeviceIdentity> identity_;
  const std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  const std::shared_ptr<ClosingWork> closing_work_ = std::make_shared<ClosingWork>();

  ContactBook contacts_;
  EnvelopeInbox inbox_;
  std::mutex callback_mutex_;
  std::shared_ptr<const std::function<void(std::shared_ptr<Call>)>> on_incoming_call_;
  std::mutex certificate_mutex_;
  std::shared_ptr<const transport::DtlsCertificate> spare_certificate_;

  // Network thread.
  signaling::InitReplayGuard replay_guard_;
  std::map<signaling::SessionId, std::unique_ptr<CallController>> calls_;

  /// Held shared by whoever uses the threads from outside; close() takes it alone to shut them out.
  std::shared_mutex closing_;
  bool closed_ = false;
  std::unique_ptr<EventThread> events_ = std::make_unique<EventThread>();
  std::unique_ptr<NetworkThread> network_ = std::make_unique<NetworkThread>();
};

}  // namespace sotto::engine
