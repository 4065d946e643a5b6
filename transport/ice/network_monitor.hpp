#pragma once

#include <functional>
#include <memory>

#include <sotto/result.hpp>

using GMainContext = struct _GMainContext;

namespace sotto::transport {

/// Watches the ways out of this machine for as long as it lives. This one sees no change.
class NetworkMonitor {
 public:
  NetworkMonitor() = default;
  virtual ~NetworkMonitor() = default;
  NetworkMonitor(const NetworkMonitor&) = delete;
  NetworkMonitor& operator=(const NetworkMonitor&) = delete;
};

/// Watches what the kernel says of links, addresses and routes (rtnetlink). `on_change` is called after each burst of
/// changes, by the thread that runs `context`, and may not destroy the monitor; that thread destroys it before the
/// context. kUnavailable if the system gives no such socket.
Result<std::unique_ptr<NetworkMonitor>> watch_network(GMainContext* context, std::function<void()> on_change);

}  // namespace sotto::transport
