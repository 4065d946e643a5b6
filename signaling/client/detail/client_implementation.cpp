#include "signaling/client/detail/client_implementation.hpp"

#include <pthread.h>

#include <utility>

#include "base/log.hpp"
#include "base/random.hpp"
#include "signaling/client/detail/ending_threads.hpp"

namespace sotto::signaling {
namespace {

Error stopped_error() { return Error{ErrorCode::kUnavailable, "The link to the server was stopped."}; }

}  // namespace

Client::Implementation::Implementation(ClientOptions options)
    : options_(std::move(options)),
      context_(std::make_shared<asio::io_context>(1)),
      work_(asio::make_work_guard(*context_)),
      retry_timer_(*context_),
      session_timer_(*context_),
      tls_(options_.server),
      schedule_(system_random()),
      session_({options_.identity, options_.register_name, options_.invite}) {}

void Client::Implementation::run() {
  // The thread finds its own id before it calls anybody back.
  const std::lock_guard lock(mutex_);
  thread_ = std::thread([self = shared_from_this(), ended = thread_ended_]() mutable {
    { const std::lock_guard begun(self->mutex_); }
    pthread_setname_np(pthread_self(), "sotto-link");
    self->context_->run();
    self.reset();
    *ended = true;
  });
  thread_id_ = thread_.get_id();
}

void Client::Implementation::start(std::function<void(Envelope)> on_envelope) {
  const std::lock_guard lock(mutex_);
  if (started_ || stopped_) return;
  started_ = true;
  on_envelope_ = std::make_shared<const std::function<void(Envelope)>>(std::move(on_envelope));
  post([this] { attempt(); });
}

void Client::Implementation::stop() {
  if (on_own_thread()) return shut_down();
  post([this] { shut_down(); });
  const std::lock_guard lock(joining_);
  if (thread_.joinable()) thread_.join();
}

void Client::Implementation::abandon() {
  stop();
  // From within a callback the thread cannot be waited for: it ends when that has returned.
  if (on_own_thread() && thread_.joinable()) EndingThreads::of_this_process().add(std::move(thread_), thread_ended_);
}

Result<void> Client::Implementation::send(Envelope envelope) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return stopped_error();
  const Result<void> sent = session_.send(std::move(envelope), monotonic_now());
  if (sent) wake();
  return sent;
}

void Client::Implementation::ask(const std::function<Result<RequestId>(LinkSession&, Timestamp)>& question,
                                 AnswerDone done) {
  std::unique_lock lock(mutex_);
  if (stopped_) {
    lock.unlock();
    return done(stopped_error());
  }
  if (status_.state == ServerState::kRefused) {
    answer(std::move(done), Error{ErrorCode::kUnavailable, status_.explanation});
  } else if (const Result<RequestId> id = question(session_, monotonic_now()); id) {
    questions_.emplace(*id, std::move(done));
  } else {
    answer(std::move(done), id.error());
  }
  wake();
}

void Client::Implementation::network_changed() {
  post([this] {
    schedule_.on_network_change();
    if (link_) {
      const std::lock_guard lock(mutex_);
      session_.probe(monotonic_now());
    } else if (retry_timer_.cancel() > 0) {
      return attempt();
    }
    pump();
  });
}

ServerStatus Client::Implementation::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::optional<Duration> Client::Implementation::clock_offset() const {
  const std::lock_guard lock(mutex_);
  return session_.clock_offset();
}

// What is posted after the thread has ended never runs, and must not keep this object alive for ever.
void Client::Implementation::post(std::function<void()> work) {
  asio::post(*context_, [self = weak_from_this(), work = std::move(work)] {
    if (const std::shared_ptr<Implementation> alive = self.lock()) work();
  });
}

void Client::Implementation::wake() {
  if (std::exchange(woken_, true)) return;
  post([this] { pump(); });
}

void Client::Implementation::attempt() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    // A refusal stays to be seen until something better is known; the reason of a failure as well.
    if (status_.state != ServerState::kRefused) {
      ServerStatus connecting = status_;
      connecting.state = ServerState::kConnecting;
      connecting.retry_in.reset();
      set_status(std::move(connecting));
    }
  }
  connector_ = std::make_shared<LinkConnector>(context_, options_.server, options_.proxy, tls_);
  connector_->start([this](LinkConnector::Connected connected) { on_connected(std::move(connected)); },
                    [this](const LinkFailure& failure) {
                      connector_.reset();
                      on_failed(failure);
                      pump();
                    });
  run_calls();
}

void Client::Implementation::on_connected(LinkConnector::Connected connected) {
  connector_.reset();
  link_ = std::make_shared<TlsLink>(std::move(connected.stream));
  {
    const std::lock_guard lock(mutex_);
    session_.on_connected(connected.binding, monotonic_now());
  }
  link_->start(
      [this](ByteView bytes) {
        {
          const std::lock_guard lock(mutex_);
          session_.on_bytes(bytes, monotonic_now(), wall_now());
        }
        pump();
      },
      [this] { on_lost(); });
  pump();
}

void Client::Implementation::on_lost() {
  link_.reset();
  LinkFailure failure{ServerProblem::kLost, "The connection to the server broke.", std::nullopt};
  {
    const std::lock_guard lock(mutex_);
    if (!session_.signed_in()) failure.explanation = "The server closed the connection before the sign-in was done.";
    session_.on_disconnected();
  }
  on_failed(failure);
  pump();
}

void Client::Implementation::on_failed(const LinkFailure& failure) {
  const std::optional<Duration> delay = schedule_.on_failure(failure, monotonic_now());
  if (failure.problem != ServerProblem::kNone) {
    const bool refused = is_refusal(failure.problem);
    const std::lock_guard lock(mutex_);
    set_status({refused ? ServerState::kRefused : ServerState::kWaiting,
                failure.problem,
                failure.explanation,
                refused ? std::nullopt : delay,
                {}});
  }
  if (!delay) return;
  retry_timer_.expires_after(*delay);
  retry_timer_.async_wait([self = shared_from_this()](const std::error_code& error) {
    if (!error) self->attempt();
  });
}

void Client::Implementation::pump() {
  while (true) {
    std::optional<LinkFailure> failure;
    Bytes output;
    {
      const std::lock_guard lock(mutex_);
      woken_ = false;
      if (stopped_) break;
      for (LinkEvent& event : session_.take_events()) {
        std::optional<LinkFailure> failed = take_event(std::move(event));
        if (failed) failure = std::move(failed);
      }
      output = session_.take_output();
      if (!failure && output.empty() && calls_.empty()) break;
    }
    if (failure) {
      std::exchange(link_, nullptr)->close();
      on_failed(*failure);
    } else if (link_) {
      link_->write(std::move(output));
    }
    run_calls();
  }
  arm_timer();
}

std::optional<LinkFailure> Client::Implementation::take_event(LinkEvent event) {
  if (auto* const failure = std::get_if<LinkFailure>(&event)) return std::move(*failure);
  if (auto* const signed_in = std::get_if<LinkSignedIn>(&event)) {
    schedule_.on_signed_in(monotonic_now());
    set_status({ServerState::kSignedIn, ServerProblem::kNone, {}, std::nullopt, std::move(signed_in->name)});
  } else if (auto* const delivered = std::get_if<LinkDelivered>(&event)) {
    const auto identity = options_.identity->current();
    Envelope envelope{identity->account().bytes, identity->device().bytes, std::move(delivered->blob)};
    calls_.push_back(
        {[handler = on_envelope_, envelope = std::move(envelope)]() mutable { (*handler)(std::move(envelope)); },
         true});
  } else if (auto* const answered = std::get_if<LinkAnswered>(&event)) {
    const auto question = questions_.find(answered->request);
    AnswerDone done = std::move(question->second);
    questions_.erase(question);
    answer(std::move(done), std::move(answered->answer));
  }
  return std::nullopt;
}

void Client::Implementation::run_calls() {
  while (true) {
    Call call;
    {
      const std::lock_guard lock(mutex_);
      if (calls_.empty()) return;
      call = std::move(calls_.front());
      calls_.pop_front();
    }
    call.run();
  }
}

void Client::Implementation::arm_timer() {
  const std::lock_guard lock(mutex_);
  const std::optional<Timestamp> deadline = stopped_ ? std::nullopt : session_.next_deadline();
  if (!deadline) {
    session_timer_.cancel();
    return;
  }
  session_timer_.expires_at(*deadline);
  session_timer_.async_wait([self = shared_from_this()](const std::error_code& error) {
    if (error) return;
    {
      const std::lock_guard relock(self->mutex_);
      self->session_.on_deadline(monotonic_now());
    }
    self->pump();
  });
}

void Client::Implementation::shut_down() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    std::erase_if(calls_, [](const Call& call) { return call.is_envelope; });
    for (auto& [id, done] : questions_) answer(std::move(done), stopped_error());
    questions_.clear();
    set_status({ServerState::kStopped, ServerProblem::kNone, {}, std::nullopt, {}});
  }
  if (connector_) connector_->cancel();
  if (link_) link_->finish();
  connector_.reset();
  link_.reset();
  retry_timer_.cancel();
  session_timer_.cancel();
  work_.reset();
  run_calls();
}

void Client::Implementation::set_status(ServerStatus status) {
  if (log_enabled(LogLevel::kInfo)) {
    std::string line = "link to the server: " + std::string(to_string(status.state));
    if (status.problem != ServerProblem::kNone) line += " (" + std::string(to_string(status.problem)) + ")";
    log(LogLevel::kInfo, "client", line);
  }
  status_ = status;
  if (options_.on_status) calls_.push_back({[this, status = std::move(status)] { options_.on_status(status); }, false});
}

void Client::Implementation::answer(AnswerDone done, Result<Answer> answer) {
  calls_.push_back(
      {[done = std::move(done), answer = std::move(answer)]() mutable { done(std::move(answer)); }, false});
}

}  // namespace sotto::signaling
