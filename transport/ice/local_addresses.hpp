#pragma once

#include <string>
#include <vector>

#include "transport/ice/ice_candidate.hpp"

namespace sotto::transport {

/// One address of one network interface of this machine.
struct InterfaceAddress {
  std::string interface;
  IpAddress address;
  bool running = false;  ///< the interface is up and has a carrier
};

/// The addresses of this machine as the system lists them.
std::vector<InterfaceAddress> interface_addresses();

/// Which of them may lead to a peer: not loopback or link-local, not of bridges and virtual machines, of interfaces
/// that run; at most six of each family, in the system's order, families in turn. More would only make the search
/// longer, and a peer takes no more than 25 candidates.
std::vector<IpAddress> usable_addresses(const std::vector<InterfaceAddress>& all);

}  // namespace sotto::transport
