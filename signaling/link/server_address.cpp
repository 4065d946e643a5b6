#include "signaling/link/server_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "signaling/link/base64.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kMaxAddressText = 512;
constexpr size_t kMaxProxyText = 2048;  // a user and a password of 255 bytes, each byte escaped to three
constexpr size_t kMaxHostName = 253;    // RFC 1035 section 2.3.4, as text
constexpr size_t kMaxHostLabel = 63;
constexpr size_t kMaxCredential = 255;  // RFC 1929 section 2: its length is one byte

Error invalid(std::string message) { return Error{ErrorCode::kInvalidArgument, std::move(message)}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

bool is_ip_address(int family, const std::string& text) {
  in6_addr address;
  return inet_pton(family, text.c_str(), &address) == 1;
}

// A label of a host name (RFC 1123 section 2.1); with "_", which names inside of companies have.
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxHostLabel && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

// A host name or an IPv4 address, in lower case.
Result<std::string> parse_host_name(std::string_view text) {
  std::string host = lower_case(text);
  if (host.empty()) return invalid("The host is missing: write HOST or HOST:PORT.");
  if (host.size() > kMaxHostName) return invalid("The host name is too long.");
  std::string_view rest = host;
  std::string_view label;
  while (true) {
    const size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) {
      return invalid("The host may have letters a-z, digits, '-' and '.' (other scripts as xn--...).");
    }
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // No top-level domain is a number: what ends in one is meant to be an IPv4 address.
  if (std::ranges::all_of(label, is_digit) && !is_ip_address(AF_INET, host)) {
    return invalid("The host looks like an IPv4 address, but is none.");
  }
  return host;
}

struct HostAndPort {
  std::string host;
  std::optional<uint16_t> port;
};

// "host", "host:port", "[ipv6]", "[ipv6]:port"
Result<HostAndPort> parse_host_and_port(std::string_view text) {
  HostAndPort result;
  std::string_view rest;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return invalid("The ']' behind the IPv6 address is missing.");
    result.host = lower_case(text.substr(1, end - 1));
    if (!is_ip_address(AF_INET6, result.host)) return invalid("What stands in brackets is no IPv6 address.");
    rest = text.substr(end + 1);
  } else {
    const size_t colon = text.find(':');
    if (colon != text.rfind(':')) return invalid("Write an IPv6 address in brackets: [2001:db8::1]:7443.");
    Result<std::string> host = parse_host_name(text.substr(0, colon));
    if (!host) return host.error();
    result.host = *std::move(host);
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (rest.empty()) return result;
  uint16_t port = 0;
  const char* const end = rest.data() + rest.size();
  const auto [stopped, error] = std::from_chars(rest.data() + 1, end, port);
  if (rest.front() != ':' || error != std::errc() || stopped != end || port == 0) {
    return invalid("The port is a number from 1 to 65535, behind a ':'.");
  }
  result.port = port;
  return result;
}

Result<ServerKeyHash> parse_pin(std::string_view text) {
  ServerKeyHash pin;
  const std::optional<Bytes> bytes = decode_base64url(text);
  if (!bytes || bytes->size() != pin.size()) {
    return invalid("The pin behind '#' is not one: it has 43 letters, digits, '-' and '_'. Copy it whole.");
  }
  std::ranges::copy(*bytes, pin.begin());
  return pin;
}

std::optional<uint8_t> hex_digit(char c) {
  if (is_digit(c)) return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

// RFC 3986 section 2.1: so that a password may have '@' and ':'.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const std::optional<uint8_t> high = hex_digit(text[i + 1]);
    const std::optional<uint8_t> low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return decoded;
}

Result<void> parse_credentials(std::string_view text, ProxyAddress& proxy) {
  const size_t colon = text.find(':');
  const std::optional<std::string> username = percent_decode(text.substr(0, colon));
  const std::optional<std::string> password =
      percent_decode(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
  if (!username || !password) return invalid("A '%' in the proxy's user or password is written as %25.");
  if (username->empty()) return invalid("The proxy's user is missing before '@'.");
  if (username->size() > kMaxCredential || password->size() > kMaxCredential) {
    return invalid("The proxy's user and password have at most 255 bytes.");
  }
  // RFC 7617 section 2: the first ':' ends the user.
  if (proxy.kind == ProxyAddress::Kind::kHttpConnect && username->find(':') != std::string::npos) {
    return invalid("The user of an HTTP proxy has no ':'.");
  }
  proxy.username = *username;
  proxy.password = *password;
  return {};
}

}  // namespace

Result<ServerAddress> parse_server_address(std::string_view text) {
  if (text.size() > kMaxAddressText) return invalid("The server's address is too long.");
  if (text.find('/') != std::string_view::npos) return invalid("Write HOST:PORT alone, without https:// and path.");
  const size_t hash = text.find('#');
  Result<HostAndPort> where = parse_host_and_port(text.substr(0, hash));
  if (!where) return where.error();
  ServerAddress address{std::move(where->host), where->port.value_or(kDefaultServerPort), std::nullopt};
  if (hash != std::string_view::npos) {
    const Result<ServerKeyHash> pin = parse_pin(text.substr(hash + 1));
    if (!pin) return pin.error();
    address.pin = *pin;
  }
  return address;
}

std::string to_string(const ServerAddress& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  std::string text = is_ipv6 ? "[" + address.host + "]" : address.host;
  text += ":" + std::to_string(address.port);
  if (address.pin) text += "#" + pin_to_string(*address.pin);
  return text;
}

std::string pin_to_string(const ServerKeyHash& pin) { return encode_base64url(pin); }

Result<ProxyAddress> parse_proxy_address(std::string_view text) {
  if (text.size() > kMaxProxyText) return invalid("The proxy's address is too long.");
  const size_t scheme_end = text.find("://");
  const std::string scheme = lower_case(text.substr(0, scheme_end));
  ProxyAddress proxy;
  if (scheme_end != std::string_view::npos && scheme == "http") {
    proxy.kind = ProxyAddress::Kind::kHttpConnect;
  } else if (scheme_end != std::string_view::npos && (scheme == "socks5" || scheme == "socks5h")) {
    proxy.kind = ProxyAddress::Kind::kSocks5;
  } else {
    return invalid("A proxy is written http://HOST:PORT or socks5://HOST:PORT.");
  }
  std::string_view rest = text.substr(scheme_end + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const Result<void> credentials = parse_credentials(rest.substr(0, at), proxy);
    if (!credentials) return credentials.error();
    rest.remove_prefix(at + 1);
  }
  Result<HostAndPort> where = parse_host_and_port(rest);
  if (!where) return where.error();
  if (!where->port) return invalid("The proxy's port is missing: write HOST:PORT.");
  proxy.host = std::move(where->host);
  proxy.port = *where->port;
  return proxy;
}

}  // namespace sotto::signaling
