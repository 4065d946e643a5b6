#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <sotto/time.hpp>

typedef struct _GMainContext GMainContext;

namespace sotto::engine {

/// The one thread on which ICE, DTLS, SRTP, RTP and pacing run: a GLib main loop of its own.
class NetworkThread {
 public:
  NetworkThread();
  /// Runs what was posted and what libraries still have to finish, then joins.
  ~NetworkThread();
  NetworkThread(const NetworkThread&) = delete;
  NetworkThread& operator=(const NetworkThread&) = delete;

  /// Runs `task` on the thread soon, in order. Any thread.
  void post(std::function<void()> task);
  /// Runs `task` on the thread and waits for it; at once if called there. Any thread, but never one that the network
  /// thread waits for (it waits for none).
  void run(const std::function<void()>& task);
  bool is_current() const;

  /// For libnice's sources.
  GMainContext* context() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls back on the network thread at a moment, to within the kernel's timer precision (GLib itself rounds to whole
/// milliseconds). Network thread only.
class DeadlineTimer {
 public:
  DeadlineTimer(NetworkThread& thread, std::function<void()> on_deadline);
  ~DeadlineTimer();
  DeadlineTimer(const DeadlineTimer&) = delete;
  DeadlineTimer& operator=(const DeadlineTimer&) = delete;

  /// Makes the timer fire at `deadline` at the latest. An earlier armed moment stays: whoever is woken looks what is
  /// due.
  void set(std::optional<Timestamp> deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Lets other threads wake a handler on the network thread without allocating: many signals before it runs are one.
/// Shared by whoever may notify; those may live on after it was closed.
class WakeSignal {
 public:
  static std::shared_ptr<WakeSignal> create(NetworkThread& thread, std::function<void()> on_wake);
  ~WakeSignal();
  WakeSignal(const WakeSignal&) = delete;
  WakeSignal& operator=(const WakeSignal&) = delete;

  /// Any thread. Does nothing once it is closed.
  void notify();
  /// The handler is not called any more. Network thread, and not from the handler itself.
  void close();

 private:
  struct State;
  explicit WakeSignal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sotto::engine
