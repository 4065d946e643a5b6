#include "tools/serve/serve_settings.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <utility>

namespace sotto::tools {
namespace {

using signaling::ListenAddress;
using signaling::RegistrationMode;

constexpr size_t kMaxHosts = 4;

Error wrong(std::string what) { return {ErrorCode::kInvalidArgument, std::move(what)}; }

bool is_address(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 || ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_any(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// Only what others may reach: not this machine's own, nor those that hold for one cable alone.
std::string reachable_address(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    const in_addr ip = reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    const uint32_t number = ntohl(ip.s_addr);
    if (number >> 24 == 127 || number >> 16 == 0xa9fe) return {};
    ::inet_ntop(AF_INET, &ip, text.data(), text.size());
  } else if (address->sa_family == AF_INET6) {
    const in6_addr ip = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (IN6_IS_ADDR_LOOPBACK(&ip) || IN6_IS_ADDR_LINKLOCAL(&ip)) return {};
    ::inet_ntop(AF_INET6, &ip, text.data(), text.size());
  }
  return text.data();
}

std::vector<std::string> interface_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<std::string> addresses;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
    std::string address = reachable_address(one->ifa_addr);
    if (!address.empty()) addresses.push_back(std::move(address));
  }
  return addresses;
}

// A name of one label is known at home only, if at all.
std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  const std::string text = name.data();
  return text.find('.') == std::string::npos ? std::string() : text;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress listen;
  std::string_view port;
  const bool has_brackets = text.starts_with('[');
  const size_t end = has_brackets ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return wrong("The ']' behind the IPv6 address is missing.");
  listen.address = text.substr(has_brackets ? 1 : 0, has_brackets ? end - 1 : end);
  port = text.substr(std::min(text.size(), end + (has_brackets ? 1 : 0)));
  const bool is_bare_ipv6 = !has_brackets && std::ranges::count(text, ':') > 1;
  if (is_bare_ipv6) return wrong("Write an IPv6 address in brackets: [::1]:7443.");
  if (!is_address(listen.address)) {
    return wrong("--listen takes an address of this machine and a port, like 0.0.0.0:7443 or [::]:7443.");
  }
  if (port.empty()) return listen;
  const char* const stop = port.data() + port.size();
  const auto [read_to, error] = std::from_chars(port.data() + 1, stop, listen.port);
  if (port.front() != ':' || error != std::errc() || read_to != stop) {
    return wrong("The port is a number up to 65535, behind a ':'.");
  }
  return listen;
}

std::filesystem::path default_server_state() {
  const char* const data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return std::filesystem::path(data) / "sotto-server";
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return std::filesystem::path(home) / ".local" / "share" / "sotto-server";
}

Result<signaling::ServerOptions> to_server_options(const ServeSettings& settings) {
  signaling::ServerOptions options;
  for (const std::string& text : settings.listen) {
    Result<ListenAddress> address = parse_listen_address(text);
    if (!address) return address.error();
    options.listen.push_back(std::move(address).value());
  }
  options.state = settings.state.empty() ? default_server_state() : std::filesystem::path(settings.state);
  if (options.state.empty()) return wrong("There is no home folder to keep the state in: give --state.");
  if (settings.certificate.empty() != settings.key.empty()) return wrong("--certificate and --key go together.");
  if (!settings.certificate.empty()) options.key_files = {settings.certificate, settings.key};

  if (settings.registration == "invite") options.registration = RegistrationMode::kByInvite;
  if (settings.registration == "closed") options.registration = RegistrationMode::kClosed;
  const bool by_invite = options.registration == RegistrationMode::kByInvite;
  if (by_invite == settings.invite_file.empty()) return wrong("--registration invite and --invite-file go together.");
  options.invite_file = settings.invite_file;

  options.relay_uris = settings.turn;
  options.relay_secret_file = settings.turn_secret_file;
  if (settings.turn.empty() && !settings.turn_secret_file.empty()) return wrong("--turn-secret-file needs --turn.");
  options.limits.links = settings.max_links;
  options.log_format =
      settings.log == "text" ? signaling::ServerLog::Format::kText : signaling::ServerLog::Format::kJson;
  return options;
}

std::vector<std::string> likely_hosts(const std::vector<ListenAddress>& listen) {
  std::vector<std::string> hosts;
  for (const ListenAddress& one : listen) {
    if (!is_any(one.address)) hosts.push_back(one.address);
  }
  const bool listens_everywhere = hosts.size() < listen.size() || listen.empty();
  if (listens_everywhere) {
    if (const std::string name = host_name(); !name.empty()) hosts.push_back(name);
    for (std::string& address : interface_addresses()) hosts.push_back(std::move(address));
  }
  if (hosts.empty()) hosts.push_back("127.0.0.1");
  if (hosts.size() > kMaxHosts) hosts.resize(kMaxHosts);
  return hosts;
}

}  // namespace sotto::tools
