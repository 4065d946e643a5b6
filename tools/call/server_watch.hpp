#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>

#include <sotto/engine.hpp>

#include "tools/call/trace.hpp"
#include "tools/call/wake.hpp"
#include "tools/harness/interruption.hpp"

namespace sotto::tools {

/// Says how the link to the server stands, as it changes, and waits for it.
class ServerWatch {
 public:
  /// Tells of changes on `to`. The engine must outlive it.
  ServerWatch(Engine& engine, std::shared_ptr<Trace> trace, std::FILE* to);
  ~ServerWatch();
  ServerWatch(const ServerWatch&) = delete;
  ServerWatch& operator=(const ServerWatch&) = delete;

  /// Waits until this device is signed in. An error if the server refuses for good, if it takes longer than `patience`,
  /// or when interrupted (kTimeout then, with nothing to say).
  Result<void> wait_until_signed_in(std::optional<Duration> patience, const Interruption& interruption);

 private:
  struct Shared {
    std::mutex mutex;
    ServerStatus status;
    Wake wake;
  };
  Engine& engine_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace sotto::tools
