#pragma once

#include <string>

namespace sotto::lab {

/// Makes a TUN device named `name` in the network namespace `space`, with the address of a network of 254 and a route
/// to the other side's network. Returns its descriptor, non-blocking, one IP packet a read. Throws std::runtime_error.
int open_tun_device(const std::string& space, const std::string& name, const std::string& address,
                    const std::string& route);

}  // namespace sotto::lab
