#include "transport/ice/network_table.hpp"

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

namespace sotto::transport {
namespace {

// Of each kind. A machine that has more routes than this is a router; it misses changes, and grows no further.
constexpr size_t kMaxEntries = 4096;

/// A structure of the kernel from the front of `bytes`, if it is there in full.
template <typename T>
std::optional<T> read(ByteView bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// What is left behind something that is `length` long, and padded to four bytes (NLMSG_ALIGN, RTA_ALIGN).
ByteView behind(ByteView bytes, size_t length) {
  return bytes.subspan(std::min(bytes.size(), (length + 3) & ~size_t{3}));
}

/// The payload of the last attribute of a type; empty if there is none.
ByteView find_attribute(ByteView attributes, unsigned type) {
  ByteView found;
  while (const auto header = read<rtattr>(attributes)) {
    if (header->rta_len < sizeof(rtattr) || header->rta_len > attributes.size()) break;
    if (header->rta_type == type) found = attributes.subspan(sizeof(rtattr), header->rta_len - sizeof(rtattr));
    attributes = behind(attributes, header->rta_len);
  }
  return found;
}

uint32_t number_of(ByteView attribute) { return read<uint32_t>(attribute).value_or(0); }

void append_number(Bytes& to, uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<uint8_t>(number >> shift));
}

/// Fields follow each other unmistakably.
void append_field(Bytes& to, ByteView field) {
  append_number(to, static_cast<uint32_t>(field.size()));
  append(to, field);
}

// fe80::/10: each link has them, and nothing is reached by them.
bool is_link_local(uint8_t family, ByteView address) {
  return family == AF_INET6 && address.size() == 16 && address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

}  // namespace

NetworkTable::News NetworkTable::on_datagram(ByteView datagram) {
  News news;
  while (const auto header = read<nlmsghdr>(datagram)) {
    if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) break;
    const ByteView body = datagram.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
    switch (header->nlmsg_type) {
      case NLMSG_DONE:
      case NLMSG_ERROR:
        news.dump_ended = true;
        break;
      case RTM_NEWLINK:
      case RTM_DELLINK:
        news.changed |= on_link(body, header->nlmsg_type == RTM_NEWLINK);
        break;
      case RTM_NEWADDR:
      case RTM_DELADDR:
        news.changed |= on_address(body, header->nlmsg_type == RTM_NEWADDR);
        break;
      case RTM_NEWROUTE:
      case RTM_DELROUTE:
        news.changed |= on_route(body, header->nlmsg_type == RTM_NEWROUTE, (header->nlmsg_flags & NLM_F_REPLACE) != 0);
        break;
      default:
        break;
    }
    datagram = behind(datagram, header->nlmsg_len);
  }
  return news;
}

bool NetworkTable::on_link(ByteView body, bool is_new) {
  const auto link = read<ifinfomsg>(body);
  if (!link) return false;
  const auto index = static_cast<uint32_t>(link->ifi_index);
  constexpr unsigned kRunning = IFF_UP | IFF_RUNNING;
  const bool runs = is_new && (link->ifi_flags & kRunning) == kRunning;
  // The kernel takes IPv4 routes away with their link and says nothing: they are news when they come back.
  if (!runs) forget_routes(index);
  return set_present(links_, index, runs);
}

bool NetworkTable::on_address(ByteView body, bool is_new) {
  const auto header = read<ifaddrmsg>(body);
  if (!header || header->ifa_scope >= RT_SCOPE_LINK) return false;
  // Still being looked for on the link, or found there with another machine: it may not be used (RFC 4862 5.4).
  const bool usable = (header->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
  const ByteView attributes = behind(body, sizeof *header);
  ByteView own = find_attribute(attributes, IFA_LOCAL);
  if (own.empty()) own = find_attribute(attributes, IFA_ADDRESS);
  if (own.empty()) return false;
  if (!is_new) forget_routes(header->ifa_index);
  return set_present(addresses_, {header->ifa_index, Bytes(own.begin(), own.end())}, is_new && usable);
}

bool NetworkTable::on_route(ByteView body, bool is_new, bool replaces) {
  const auto header = read<rtmsg>(body);
  if (!header || header->rtm_type != RTN_UNICAST || (header->rtm_flags & RTM_F_CLONED) != 0) return false;
  const ByteView attributes = behind(body, sizeof *header);
  const ByteView table = find_attribute(attributes, RTA_TABLE);
  const uint32_t table_number = table.empty() ? header->rtm_table : number_of(table);
  const ByteView prefix = find_attribute(attributes, RTA_DST);
  if (table_number == RT_TABLE_LOCAL || is_link_local(header->rtm_family, prefix)) return false;

  Route route;
  route.link = number_of(find_attribute(attributes, RTA_OIF));
  route.target = {header->rtm_family, header->rtm_dst_len, header->rtm_tos};
  append_number(route.target, table_number);
  append_number(route.target, number_of(find_attribute(attributes, RTA_PRIORITY)));
  append_field(route.target, prefix);
  append_field(route.next_hop, find_attribute(attributes, RTA_GATEWAY));
  append_field(route.next_hop, find_attribute(attributes, RTA_VIA));
  append_field(route.next_hop, find_attribute(attributes, RTA_MULTIPATH));
  bool changed = false;
  if (is_new && replaces) {
    changed =
        std::erase_if(routes_, [&](const Route& other) { return other.target == route.target && other != route; }) > 0;
  }
  return set_present(routes_, std::move(route), is_new) || changed;
}

void NetworkTable::forget_routes(uint32_t link) {
  std::erase_if(routes_, [link](const Route& route) { return route.link == link; });
}

template <typename T>
bool NetworkTable::set_present(std::set<T>& all, T one, bool present) {
  if (!present) return all.erase(one) > 0;
  return all.size() < kMaxEntries && all.insert(std::move(one)).second;
}

}  // namespace sotto::transport
