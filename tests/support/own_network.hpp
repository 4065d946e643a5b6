#pragma once

#include <sched.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace sotto::test {

/// Puts the calling thread, and every one that it starts from now on, into a network of its own: a namespace that
/// nothing leads out of, and that ends with them. Returns why it cannot be had; empty: it can.
inline std::string enter_own_network() {
  if (unshare(CLONE_NEWNET) == 0) return {};
  return std::string("no network namespace can be made here (root can): ") + std::strerror(errno);
}

/// Runs `ip` of iproute2 with these arguments in the calling thread's network. Whether it succeeded.
inline bool ip(const std::string& arguments) { return std::system(("ip " + arguments).c_str()) == 0; }

}  // namespace sotto::test
