#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <sotto/time.hpp>

#include "transport/ice/ice_agent.hpp"
#include "transport/ice/network_monitor.hpp"

namespace sotto::engine {

/// Calls back on the network thread at a moment. Network thread only.
class DeadlineTimer {
 public:
  /// The handler is not called any more. Not from the handler itself.
  virtual ~DeadlineTimer() = default;
  /// Makes the timer fire at `deadline` at the latest. An earlier armed moment stays: whoever is woken looks what is
  /// due.
  virtual void set(std::optional<Timestamp> deadline) = 0;
};

/// Lets other threads wake a handler on the network thread without allocating: many signals before it runs are one.
/// Shared by whoever may notify; those may live on after it was closed.
class WakeSignal {
 public:
  virtual ~WakeSignal() = default;
  /// Any thread. Does nothing once it is closed.
  virtual void notify() = 0;
  /// The handler is not called any more. Network thread, and not from the handler itself. Before it is destroyed.
  virtual void close() = 0;
};

/// The one thread on which ICE, DTLS, SRTP, RTP and pacing run.
class NetworkThread {
 public:
  /// Runs what was posted and what libraries still have to finish, then joins.
  virtual ~NetworkThread() = default;

  /// Runs `task` on the thread soon, in order. Any thread.
  virtual void post(std::function<void()> task) = 0;
  /// Runs `task` on the thread and waits for it; at once if called there. Any thread, but never one that the network
  /// thread waits for (it waits for none).
  virtual void run(const std::function<void()>& task) = 0;
  virtual bool is_current() const = 0;

  /// On the thread, which outlives what is made.
  virtual std::unique_ptr<DeadlineTimer> make_timer(std::function<void()> on_deadline) = 0;
  virtual std::shared_ptr<WakeSignal> make_wake_signal(std::function<void()> on_wake) = 0;
  /// As IceAgent::create.
  virtual Result<std::unique_ptr<transport::IceAgent>> make_ice_agent(transport::IceOptions options,
                                                                      transport::IceCallbacks callbacks) = 0;
  /// As transport::watch_network. A network that never changes needs no more than is here.
  virtual Result<std::unique_ptr<transport::NetworkMonitor>> watch_network(std::function<void()> on_change);
};

/// A thread of this machine that runs a GLib main loop, for libnice. Its timers are as precise as the kernel's, while
/// GLib's own round to whole milliseconds.
std::unique_ptr<NetworkThread> start_network_thread();

}  // namespace sotto::engine
