#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "signaling/client/client.hpp"
#include "signaling/client/detail/link_connector.hpp"
#include "signaling/client/detail/tls_link.hpp"
#include "signaling/client/link_session.hpp"
#include "signaling/client/reconnect_schedule.hpp"
#include "signaling/detail/asio.hpp"

namespace sotto::signaling {

/// The client behind its face: one thread that connects, reads, writes and calls back; a session that any thread may
/// ask, under a mutex that is held for no callback and no system call.
class Client::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  using AnswerDone = std::function<void(Result<Answer>)>;

  explicit Implementation(ClientOptions options);

  /// Begins the thread, which keeps this object alive until it ends.
  void run();
  void start(std::function<void(Envelope)> on_envelope);
  void stop();
  /// As stop(), for an owner that goes away, on whatever thread.
  void abandon();

  Result<void> send(Envelope envelope);
  /// `question` asks the session; its answer goes to `done`.
  void ask(const std::function<Result<RequestId>(LinkSession&, Timestamp)>& question, AnswerDone done);
  void network_changed();

  ServerStatus status() const;
  std::optional<Duration> clock_offset() const;

 private:
  /// Something to be called back.
  struct Call {
    std::function<void()> run;
    bool is_envelope = false;
  };

  // On the client's thread.
  void attempt();
  void on_connected(LinkConnector::Connected connected);
  void on_failed(const LinkFailure& failure);
  void on_lost();
  /// Does what the session wants done, until it wants nothing more.
  void pump();
  /// The calls that an event causes; a failure is handed back.
  std::optional<LinkFailure> take_event(LinkEvent event);
  void run_calls();
  void arm_timer();
  void shut_down();
  bool on_own_thread() const { return std::this_thread::get_id() == thread_id_; }

  // With the mutex held.
  void set_status(ServerStatus status);
  void answer(AnswerDone done, Result<Answer> answer);

  /// Has the thread do something soon, unless it has ended. Any thread.
  void post(std::function<void()> work);
  /// Has it pump, once for all who ask before it does.
  void wake();

  const ClientOptions options_;
  const std::shared_ptr<asio::io_context> context_;
  std::thread thread_;
  std::thread::id thread_id_;
  const std::shared_ptr<std::atomic<bool>> thread_ended_ = std::make_shared<std::atomic<bool>>(false);
  std::mutex joining_;

  // Of the client's thread.
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer retry_timer_;
  asio::steady_timer session_timer_;
  TlsClient tls_;
  ReconnectSchedule schedule_;
  std::shared_ptr<LinkConnector> connector_;
  std::shared_ptr<TlsLink> link_;

  mutable std::mutex mutex_;
  LinkSession session_;
  ServerStatus status_;
  std::map<RequestId, AnswerDone> questions_;
  std::deque<Call> calls_;
  std::shared_ptr<const std::function<void(Envelope)>> on_envelope_;
  bool woken_ = false;
  bool started_ = false;
  bool stopped_ = false;
};

}  // namespace sotto::signaling
