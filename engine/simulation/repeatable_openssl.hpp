#pragma once

#include <cstdint>

#include "engine/simulation/virtual_machine.hpp"

namespace sotto::simulation {

/// Makes OpenSSL repeatable while it exists: its random bytes, and with them system_random(), come from a seed; the
/// clock of its DTLS and the dates of its certificates are a virtual machine's. Keys made meanwhile are no secret. One
/// at a time, in a process of one thread.
///
/// Clock and dates are gettimeofday() and time(), which a program that links this has from here; without a
/// RepeatableOpenSsl they are the real ones. So nothing that is a product links this room.
class RepeatableOpenSsl {
 public:
  RepeatableOpenSsl(const VirtualMachine& machine, uint64_t seed);
  ~RepeatableOpenSsl();
  RepeatableOpenSsl(const RepeatableOpenSsl&) = delete;
  RepeatableOpenSsl& operator=(const RepeatableOpenSsl&) = delete;
};

}  // namespace sotto::simulation
