#include "signaling/server/network_prefix.hpp"

#include <algorithm>

namespace sotto::signaling {
namespace {

constexpr size_t kIpv4PrefixSize = 3;
constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

NetworkPrefix NetworkPrefix::of_ipv4(const std::array<uint8_t, 4>& address) {
  NetworkPrefix prefix;
  std::copy_n(address.begin(), kIpv4PrefixSize, prefix.bytes_.begin());
  return prefix;
}

NetworkPrefix NetworkPrefix::of_ipv6(const std::array<uint8_t, 16>& address) {
  if (std::equal(kMapped.begin(), kMapped.end(), address.begin())) {
    return of_ipv4({address[12], address[13], address[14], address[15]});
  }
  NetworkPrefix prefix;
  prefix.is_ipv6_ = true;
  std::copy_n(address.begin(), prefix.bytes_.size(), prefix.bytes_.begin());
  return prefix;
}

}  // namespace sotto::signaling
