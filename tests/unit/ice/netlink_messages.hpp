#pragma once

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <string>

#include "base/bytes.hpp"

namespace sotto::transport {

/// Messages as the kernel would write them.
template <typename T>
ByteView bytes_of(const T& value) {
  return {reinterpret_cast<const uint8_t*>(&value), sizeof value};
}

inline void pad(Bytes& bytes) { bytes.resize((bytes.size() + 3) & ~size_t{3}); }

inline void add_attribute(Bytes& to, uint16_t type, ByteView payload) {
  const rtattr header{.rta_len = static_cast<uint16_t>(sizeof(rtattr) + payload.size()), .rta_type = type};
  append(to, bytes_of(header));
  append(to, payload);
  pad(to);
}

inline Bytes message(uint16_t type, ByteView body, uint16_t flags = 0) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<uint32_t>(sizeof header + body.size());
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  Bytes bytes;
  append(bytes, bytes_of(header));
  append(bytes, body);
  pad(bytes);
  return bytes;
}

inline Bytes address_bytes(const std::string& text) {
  const int family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
  Bytes bytes(family == AF_INET ? 4 : 16);
  inet_pton(family, text.c_str(), bytes.data());
  return bytes;
}

inline Bytes link_message(uint32_t index, unsigned flags, uint16_t type = RTM_NEWLINK) {
  ifinfomsg body{};
  body.ifi_index = static_cast<int>(index);
  body.ifi_flags = flags;
  return message(type, bytes_of(body));
}

inline Bytes address_message(const std::string& address, uint16_t type = RTM_NEWADDR, uint8_t flags = 0,
                             uint8_t scope = RT_SCOPE_UNIVERSE, uint32_t link = 2) {
  const Bytes own = address_bytes(address);
  ifaddrmsg header{};
  header.ifa_family = own.size() == 4 ? AF_INET : AF_INET6;
  header.ifa_flags = flags;
  header.ifa_scope = scope;
  header.ifa_index = link;
  Bytes body;
  append(body, bytes_of(header));
  add_attribute(body, IFA_ADDRESS, own);
  return message(type, body);
}

/// A default route by `gateway`, unless `target` says what for.
inline Bytes route_message(const std::string& gateway, uint16_t type = RTM_NEWROUTE, uint16_t flags = 0,
                           const std::string& target = {}, uint8_t table = RT_TABLE_MAIN, uint32_t link = 2,
                           unsigned route_flags = 0) {
  const Bytes hop = address_bytes(gateway);
  rtmsg header{};
  header.rtm_family = hop.size() == 4 ? AF_INET : AF_INET6;
  header.rtm_table = table;
  header.rtm_type = RTN_UNICAST;
  header.rtm_flags = route_flags;
  Bytes body;
  if (!target.empty()) header.rtm_dst_len = hop.size() == 4 ? 24 : 64;
  append(body, bytes_of(header));
  if (!target.empty()) add_attribute(body, RTA_DST, address_bytes(target));
  add_attribute(body, RTA_GATEWAY, hop);
  add_attribute(body, RTA_OIF, bytes_of(link));
  return message(type, body, flags);
}

}  // namespace sotto::transport
