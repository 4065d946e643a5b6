#pragma once

#include <functional>
#include <memory>

#include <sotto/result.hpp>

using GMainContext = struct _GMainContext;

namespace sotto::transport {

/// Watches the ways out of this machine for as long as it lives.
class NetworkMonitor {
 public:
  NetworkMonitor() = default;
  virtual ~NetworkMonitor() = default;
  NetworkMonitor(const NetworkMonitor&) = delete;
  NetworkMonitor& operator=(const NetworkMonitor&) = delete;
};

/// How to begin watching: `on_change` is called after each burst of changes, by the thread that runs `context`, and may
/// not destroy the monitor. A seam: tests make changes of their own.
using WatchNetwork =
    std::function<Result<std::unique_ptr<NetworkMonitor>>(GMainContext* context, std::function<void()> on_change)>;

/// Watches what the kernel says of links, addresses and routes (rtnetlink). To be destroyed by the thread that runs
/// `context`, which outlives it. kUnavailable if the system gives no such socket.
Result<std::unique_ptr<NetworkMonitor>> watch_network(GMainContext* context, std::function<void()> on_change);

}  // namespace sotto::transport
