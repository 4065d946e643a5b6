#include "engine/network_thread.hpp"

#include <glib-unix.h>
#include <glib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace sotto::engine {
namespace {

using FdHandler = std::function<void()>;

gboolean call_fd_handler(gint, GIOCondition, gpointer data) {
  (*static_cast<FdHandler*>(data))();
  return G_SOURCE_CONTINUE;
}

/// A file descriptor watched in a context, with its handler; both end with it.
class WatchedFd {
 public:
  WatchedFd(GMainContext* context, int fd, FdHandler on_readable) : fd_(fd), on_readable_(std::move(on_readable)) {
    SOTTO_ASSERT(fd_ >= 0);
    source_ = g_unix_fd_source_new(fd_, G_IO_IN);
    // The handler outlives the source: the source is destroyed first, in the thread that dispatches it.
    g_source_set_callback(source_, reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(&call_fd_handler)),
                          &on_readable_, nullptr);
    g_source_attach(source_, context);
  }
  ~WatchedFd() {
    g_source_destroy(source_);
    g_source_unref(source_);
    close(fd_);
  }
  WatchedFd(const WatchedFd&) = delete;
  WatchedFd& operator=(const WatchedFd&) = delete;
  int fd() const { return fd_; }
  void clear() {
    uint64_t count = 0;
    (void)!read(fd_, &count, sizeof count);
  }

 private:
  int fd_;
  FdHandler on_readable_;
  GSource* source_;
};

}  // namespace

struct NetworkThread::State {
  GMainContext* context = g_main_context_new();
  GMainLoop* loop = g_main_loop_new(context, FALSE);
  std::mutex mutex;
  std::vector<std::function<void()>> posted;
  std::vector<std::function<void()>> running;
  std::unique_ptr<WatchedFd> wake;
  std::thread thread;

  void run_posted() {
    wake->clear();
    {
      const std::lock_guard lock(mutex);
      running.swap(posted);
    }
    for (auto& task : running) task();
    running.clear();
  }
};

NetworkThread::NetworkThread() : state_(std::make_unique<State>()) {
  State* state = state_.get();
  state->wake = std::make_unique<WatchedFd>(state->context, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                                            [state] { state->run_posted(); });
  state->thread = std::thread([state] {
    pthread_setname_np(pthread_self(), "sotto-network");
    g_main_context_push_thread_default(state->context);
    g_main_loop_run(state->loop);
    // What libraries have left to finish (idle sources of closed agents) ends here, in their own thread.
    while (g_main_context_iteration(state->context, FALSE)) {
    }
    g_main_context_pop_thread_default(state->context);
  });
}

NetworkThread::~NetworkThread() {
  post([loop = state_->loop] { g_main_loop_quit(loop); });
  state_->thread.join();
  state_->wake.reset();
  g_main_loop_unref(state_->loop);
  g_main_context_unref(state_->context);
}

void NetworkThread::post(std::function<void()> task) {
  bool first = false;
  {
    const std::lock_guard lock(state_->mutex);
    first = state_->posted.empty();
    state_->posted.push_back(std::move(task));
  }
  if (!first) return;
  const uint64_t one = 1;
  (void)!write(state_->wake->fd(), &one, sizeof one);
}

void NetworkThread::run(const std::function<void()>& task) {
  if (is_current()) {
    task();
    return;
  }
  std::mutex mutex;
  std::condition_variable done_changed;
  bool done = false;
  post([&] {
    task();
    const std::lock_guard lock(mutex);
    done = true;
    done_changed.notify_one();
  });
  std::unique_lock lock(mutex);
  done_changed.wait(lock, [&] { return done; });
}

bool NetworkThread::is_current() const { return state_->thread.get_id() == std::this_thread::get_id(); }

GMainContext* NetworkThread::context() const { return state_->context; }

struct DeadlineTimer::State {
  std::unique_ptr<WatchedFd> fd;
  std::optional<Timestamp> armed;
};

DeadlineTimer::DeadlineTimer(NetworkThread& thread, std::function<void()> on_deadline)
    : state_(std::make_unique<State>()) {
  State* state = state_.get();
  state->fd = std::make_unique<WatchedFd>(thread.context(), timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
                                          [state, handler = std::move(on_deadline)] {
                                            state->fd->clear();
                                            state->armed.reset();
                                            handler();
                                          });
}

DeadlineTimer::~DeadlineTimer() = default;

void DeadlineTimer::set(std::optional<Timestamp> deadline) {
  if (!deadline || (state_->armed && *state_->armed <= *deadline)) return;
  state_->armed = deadline;
  const auto since_epoch = std::max<int64_t>(deadline->time_since_epoch().count(), 1);
  itimerspec when{};
  when.it_value.tv_sec = since_epoch / 1'000'000;
  when.it_value.tv_nsec = since_epoch % 1'000'000 * 1000;
  SOTTO_ASSERT(timerfd_settime(state_->fd->fd(), TFD_TIMER_ABSTIME, &when, nullptr) == 0);
}

struct WakeSignal::State {
  std::mutex mutex;
  std::unique_ptr<WatchedFd> fd;  // none: closed
  bool pending = false;

  void acknowledge() {
    const std::lock_guard lock(mutex);
    pending = false;
    fd->clear();
  }
};

WakeSignal::WakeSignal(std::unique_ptr<State> state) : state_(std::move(state)) {}

std::shared_ptr<WakeSignal> WakeSignal::create(NetworkThread& thread, std::function<void()> on_wake) {
  auto state = std::make_unique<State>();
  State* raw = state.get();
  state->fd = std::make_unique<WatchedFd>(thread.context(), eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                                          [raw, handler = std::move(on_wake)] {
                                            raw->acknowledge();
                                            handler();
                                          });
  return std::shared_ptr<WakeSignal>(new WakeSignal(std::move(state)));
}

WakeSignal::~WakeSignal() { SOTTO_ASSERT(!state_->fd); }

void WakeSignal::notify() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->fd || state_->pending) return;
  state_->pending = true;
  const uint64_t one = 1;
  (void)!write(state_->fd->fd(), &one, sizeof one);
}

void WakeSignal::close() {
  const std::lock_guard lock(state_->mutex);
  state_->fd.reset();
}

}  // namespace sotto::engine
