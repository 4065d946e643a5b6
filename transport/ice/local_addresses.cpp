#include "transport/ice/local_addresses.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <memory>

namespace sotto::transport {
namespace {

constexpr size_t kMaxPerFamily = 6;
// Host sides of containers and virtual machines: addresses that no peer can reach, each costing checks.
constexpr std::array<std::string_view, 4> kVirtualPrefixes{"docker", "veth", "virbr", "vnet"};

bool is_virtual(std::string_view interface) {
  return std::ranges::any_of(kVirtualPrefixes, [&](std::string_view prefix) { return interface.starts_with(prefix); });
}

bool is_usable(const InterfaceAddress& entry) {
  const IpAddress& address = entry.address;
  return entry.running && !is_virtual(entry.interface) && !address.is_loopback() && !address.is_link_local() &&
         !address.is_unspecified() && !address.is_v4_mapped();
}

std::string text_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const void* bytes = address.sa_family == AF_INET
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr)
                          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  inet_ntop(address.sa_family, bytes, buffer.data(), buffer.size());
  return buffer.data();
}

}  // namespace

std::vector<InterfaceAddress> interface_addresses() {
  struct Free {
    void operator()(ifaddrs* list) const { freeifaddrs(list); }
  };
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, Free> list(first);

  std::vector<InterfaceAddress> found;
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    if (entry->ifa_addr->sa_family != AF_INET && entry->ifa_addr->sa_family != AF_INET6) continue;
    const auto address = IpAddress::parse(text_of(*entry->ifa_addr));
    if (!address) continue;
    const bool running = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_RUNNING) != 0;
    found.push_back({.interface = entry->ifa_name, .address = *address, .running = running});
  }
  return found;
}

std::vector<IpAddress> usable_addresses(const std::vector<InterfaceAddress>& all) {
  std::vector<IpAddress> v4;
  std::vector<IpAddress> v6;
  for (const InterfaceAddress& entry : all) {
    if (!is_usable(entry)) continue;
    std::vector<IpAddress>& family = entry.address.is_v6() ? v6 : v4;
    if (family.size() < kMaxPerFamily && std::ranges::find(family, entry.address) == family.end()) {
      family.push_back(entry.address);
    }
  }
  std::vector<IpAddress> usable;
  for (size_t i = 0; i < kMaxPerFamily; ++i) {
    if (i < v6.size()) usable.push_back(v6[i]);
    if (i < v4.size()) usable.push_back(v4[i]);
  }
  return usable;
}

}  // namespace sotto::transport
