#pragma once

#include <compare>
#include <cstdint>
#include <set>

#include "base/bytes.hpp"

namespace sotto::transport {

/// What leads out of this machine, as the kernel tells it (rtnetlink(7)): links that run, addresses, and unicast
/// routes. It knows news from what is said again: router advertisements renew the same addresses and routes all the
/// time. Its bytes come from the kernel, and are looked at as if they came from anywhere. One thread.
class NetworkTable {
 public:
  struct News {
    bool changed = false;     ///< Something has come or gone.
    bool dump_ended = false;  ///< The answer to a request for what there is has ended, or was refused.
  };
  /// Takes one datagram of a netlink socket: messages in the machine's own byte order. What does not parse is skipped.
  News on_datagram(ByteView datagram);

  size_t size() const { return links_.size() + addresses_.size() + routes_.size(); }

 private:
  struct Address {
    uint32_t link = 0;
    Bytes address;
    auto operator<=>(const Address&) const = default;
  };
  struct Route {
    uint32_t link = 0;  ///< 0: several, in `next_hop`
    Bytes target;       ///< What it is for: family, table, prefix, priority.
    Bytes next_hop;
    auto operator<=>(const Route&) const = default;
  };

  bool on_link(ByteView body, bool is_new);
  bool on_address(ByteView body, bool is_new);
  bool on_route(ByteView body, bool is_new, bool replaces);
  void forget_routes(uint32_t link);

  template <typename T>
  bool set_present(std::set<T>& all, T one, bool present);

  std::set<uint32_t> links_;
  std::set<Address> addresses_;
  std::set<Route> routes_;
};

}  // namespace sotto::transport
