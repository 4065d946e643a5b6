#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "base/units.hpp"
#include "tools/bench/own_usage.hpp"
#include "tools/bench/prepared_media.hpp"

namespace sotto::tools {

struct LoopbackCallOptions {
  std::array<std::shared_ptr<const PreparedMedia>, 2> media;  ///< of Alice and Bob
  Duration warm_up{};                                         ///< from the accept until it is looked at
  Duration length{};                                          ///< how long it is looked at
};

/// What one end did.
struct EndObservation {
  FeedLog fed;
  /// What its video encoder was to send, as it changed.
  struct Target {
    Timestamp time;
    DataRate rate;
  };
  std::vector<Target> targets;  ///< from the accept on; at least one
};

/// What a call used while it was looked at.
struct CallObservation {
  Timestamp begin{};
  Timestamp end{};
  CpuTime cpu{};  ///< of the whole process
  std::map<std::string, ThreadUsage> threads;
  uint64_t allocations = 0;  ///< see AllocationCount
  uint64_t datagrams = 0;    ///< sent by either end
  uint64_t pictures = 0;     ///< encoded by either end
  double memory_mb = 0;      ///< of both ends, at the most, without the media made beforehand
  std::array<EndObservation, 2> ends;

  double seconds() const { return to_seconds(end - begin); }
};

/// Lets Alice call Bob within this process, over loopback: two engines, with all their threads and real sockets, an
/// InProcessHub between them, and media as `sotto call` plays it. Takes real time. kUnavailable if the call fails.
Result<CallObservation> observe_call(const LoopbackCallOptions& options);

/// What stands in for microphones, cameras, loudspeakers and windows in such a call, without the call.
struct DeviceCost {
  double cpu = 0;      ///< seconds a second
  double wakeups = 0;  ///< a second
};
DeviceCost observe_devices(const LoopbackCallOptions& options);

}  // namespace sotto::tools
