#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>

namespace sotto::tools {

/// What a process has used so far, as the kernel counts it.
struct ProcessUsage {
  double cpu_seconds = 0;  ///< of all its threads
  double peak_memory_mb = 0;
};

/// Nothing if the process is gone.
std::optional<ProcessUsage> usage_of(pid_t process);

/// The local ports of the UDP sockets that a process of this network namespace and user holds now.
std::set<uint16_t> udp_ports_of(pid_t process);

}  // namespace sotto::tools
