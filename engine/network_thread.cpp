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

class GlibTimer final : public DeadlineTimer {
 public:
  GlibTimer(GMainContext* context, std::function<void()> on_deadline)
      : fd_(context, timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
            [this, handler = std::move(on_deadline)] {
              fd_.clear();
              armed_.reset();
              handler();
            }) {}

  void set(std::optional<Timestamp> deadline) override {
    if (!deadline || (armed_ && *armed_ <= *deadline)) return;
    armed_ = deadline;
    const auto since_epoch = std::max<int64_t>(deadline->time_since_epoch().count(), 1);
    itimerspec when{};
    when.it_value.tv_sec = since_epoch / 1'000'000;
    when.it_value.tv_nsec = since_epoch % 1'000'000 * 1000;
    SOTTO_ASSERT(timerfd_settime(fd_.fd(), TFD_TIMER_ABSTIME, &when, nullptr) == 0);
  }

 private:
  WatchedFd fd_;
  std::optional<Timestamp> armed_;
};

class GlibWakeSignal final : public WakeSignal {
 public:
  GlibWakeSignal(GMainContext* context, std::function<void()> on_wake) {
    fd_.emplace(context, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), [this, handler = std::move(on_wake)] {
      acknowledge();
      handler();
    });
  }
  ~GlibWakeSignal() override { SOTTO_ASSERT(!fd_); }

  void notify() override {
    const std::lock_guard lock(mutex_);
    if (!fd_ || pending_) return;
    pending_ = true;
    const uint64_t one = 1;
    (void)!write(fd_->fd(), &one, sizeof one);
  }
  void close() override {
    const std::lock_guard lock(mutex_);
    fd_.reset();
  }

 private:
  void acknowledge() {
    const std::lock_guard lock(mutex_);
    pending_ = false;
    fd_->clear();
  }

  std::mutex mutex_;
  std::optional<WatchedFd> fd_;  // none: closed
  bool pending_ = false;
};

class GlibNetworkThread final : public NetworkThread {
 public:
  GlibNetworkThread();
  ~GlibNetworkThread() override;
  void post(std::function<void()> task) override;
  void run(const std::function<void()>& task) override;
  bool is_current() const override { return thread_.get_id() == std::this_thread::get_id(); }
  std::unique_ptr<DeadlineTimer> make_timer(std::function<void()> on_deadline) override {
    return std::make_unique<GlibTimer>(context_, std::move(on_deadline));
  }
  std::shared_ptr<WakeSignal> make_wake_signal(std::function<void()> on_wake) override {
    return std::make_shared<GlibWakeSignal>(context_, std::move(on_wake));
  }
  Result<std::unique_ptr<transport::IceAgent>> make_ice_agent(transport::IceOptions options,
                                                              transport::IceCallbacks callbacks) override {
    return transport::IceAgent::create(context_, std::move(options), std::move(callbacks));
  }
  Result<std::unique_ptr<transport::NetworkMonitor>> watch_network(std::function<void()> on_change) override {
    return transport::watch_network(context_, std::move(on_change));
  }

 private:
  void run_posted();

  GMainContext* context_ = g_main_context_new();
  GMainLoop* loop_ = g_main_loop_new(context_, FALSE);
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  std::vector<std::function<void()>> running_;
  std::optional<WatchedFd> wake_;
  std::thread thread_;
};

GlibNetworkThread::GlibNetworkThread() {
  wake_.emplace(context_, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), [this] { run_posted(); });
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "sotto-network");
    g_main_context_push_thread_default(context_);
    g_main_loop_run(loop_);
    // What libraries have left to finish (idle sources of closed agents) ends here, in their own thread.
    while (g_main_context_iteration(context_, FALSE)) {
    }
    g_main_context_pop_thread_default(context_);
  });
}

GlibNetworkThread::~GlibNetworkThread() {
  post([loop = loop_] { g_main_loop_quit(loop); });
  thread_.join();
  wake_.reset();
  g_main_loop_unref(loop_);
  g_main_context_unref(context_);
}

void GlibNetworkThread::post(std::function<void()> task) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  if (!first) return;
  const uint64_t one = 1;
  (void)!write(wake_->fd(), &one, sizeof one);
}

void GlibNetworkThread::run(const std::function<void()>& task) {
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

void GlibNetworkThread::run_posted() {
  wake_->clear();
  {
    const std::lock_guard lock(mutex_);
    running_.swap(posted_);
  }
  for (auto& task : running_) task();
  running_.clear();
}

}  // namespace

Result<std::unique_ptr<transport::NetworkMonitor>> NetworkThread::watch_network(std::function<void()>) {
  return std::make_unique<transport::NetworkMonitor>();
}

std::unique_ptr<NetworkThread> start_network_thread() { return std::make_unique<GlibNetworkThread>(); }

}  // namespace sotto::engine
