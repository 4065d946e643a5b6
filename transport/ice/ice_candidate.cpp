#include "transport/ice/ice_candidate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sotto::transport {
namespace {

constexpr size_t kMaxLineLength = 512;
constexpr size_t kMaxFoundationLength = 32;    // RFC 8839 5.1
constexpr uint32_t kMaxPriority = 0x7fffffff;  // RFC 8445 5.1.2: 1 to 2^31 - 1
constexpr std::array<std::string_view, 4> kTypeNames{"host", "srflx", "prflx", "relay"};  // in IceCandidateType's order

/// Takes the next word off the front of `rest`; empty at the end. Words are parted by single spaces.
std::string_view take_word(std::string_view& rest) {
  const size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

template <typename Integer>
std::optional<Integer> parse_integer(std::string_view word) {
  Integer value{};
  const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || result.ec != std::errc{} || result.ptr != word.data() + word.size()) return std::nullopt;
  return value;
}

bool is_ice_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

bool equals_ignoring_case(std::string_view word, std::string_view lower) {
  return std::ranges::equal(word, lower,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
}

Error malformed() { return {ErrorCode::kMalformed, "not an ICE candidate"}; }
Error refused(const char* why) { return {ErrorCode::kRefused, why}; }

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text.substr(0, INET6_ADDRSTRLEN));
  IpAddress address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes_.data()) == 1) return address;
  address.v6_ = true;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer;
  inet_ntop(v6_ ? AF_INET6 : AF_INET, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

bool IpAddress::is_unspecified() const {
  // All of 0.0.0.0/8 is "this network", and Linux takes 0.0.0.0 for itself.
  if (!v6_) return bytes_[0] == 0;
  return std::ranges::all_of(bytes_, [](uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
  if (!v6_) return bytes_[0] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](uint8_t byte) { return byte == 0; }) && bytes_[15] == 1;
}

bool IpAddress::is_multicast() const { return v6_ ? bytes_[0] == 0xff : bytes_[0] >> 4 == 0xe; }

bool IpAddress::is_link_local() const {
  return v6_ ? bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80 : bytes_[0] == 169 && bytes_[1] == 254;
}

bool IpAddress::is_v4_mapped() const {
  return v6_ && std::all_of(bytes_.begin(), bytes_.begin() + 10, [](uint8_t byte) { return byte == 0; }) &&
         bytes_[10] == 0xff && bytes_[11] == 0xff;
}

bool IpAddress::is_broadcast() const {
  return !v6_ && std::all_of(bytes_.begin(), bytes_.begin() + 4, [](uint8_t byte) { return byte == 0xff; });
}

std::string IceCandidate::line() const {
  std::string line = "candidate:" + foundation + " 1 UDP " + std::to_string(priority) + ' ' + address.text() + ' ' +
                     std::to_string(port) + " typ ";
  line += kTypeNames[static_cast<size_t>(type)];
  if (type != IceCandidateType::kHost) line += address.is_v6() ? " raddr :: rport 0" : " raddr 0.0.0.0 rport 0";
  return line;
}

Result<IceCandidate> parse_ice_candidate(std::string_view line) {
  constexpr std::string_view kAttribute = "a=";
  constexpr std::string_view kName = "candidate:";
  if (line.size() > kMaxLineLength) return malformed();
  if (line.starts_with(kAttribute)) line.remove_prefix(kAttribute.size());
  if (!line.starts_with(kName)) return malformed();
  line.remove_prefix(kName.size());

  IceCandidate candidate;
  candidate.foundation = take_word(line);
  const auto component = parse_integer<uint16_t>(take_word(line));
  const std::string_view protocol = take_word(line);
  const auto priority = parse_integer<uint32_t>(take_word(line));
  const auto address = IpAddress::parse(take_word(line));
  const auto port = parse_integer<uint16_t>(take_word(line));
  const std::string_view typ = take_word(line);
  const auto type = std::ranges::find(kTypeNames, take_word(line));

  const bool foundation_ok = !candidate.foundation.empty() && candidate.foundation.size() <= kMaxFoundationLength &&
                             std::ranges::all_of(candidate.foundation, is_ice_char);
  if (!foundation_ok || !component || protocol.empty() || !priority || !address || !port || typ != "typ" ||
      type == kTypeNames.end() || *priority == 0 || *priority > kMaxPriority) {
    return malformed();
  }
  if (!equals_ignoring_case(protocol, "udp")) return refused("the ICE candidate is not for UDP");
  if (*component != 1) return refused("the ICE candidate is for another component");
  candidate.priority = *priority;
  candidate.address = *address;
  candidate.port = *port;
  candidate.type = static_cast<IceCandidateType>(type - kTypeNames.begin());
  return candidate;
}

Result<void> validate_remote_candidate(const IceCandidate& candidate, bool allow_loopback) {
  const IpAddress& address = candidate.address;
  if (candidate.port == 0) return refused("the ICE candidate has no port");
  if (address.is_unspecified() || address.is_multicast() || address.is_broadcast()) {
    return refused("the ICE candidate's address is nobody's");
  }
  if (address.is_link_local() || address.is_v4_mapped()) return refused("the ICE candidate's address is not routable");
  if (address.is_loopback() && !allow_loopback) return refused("the ICE candidate points back to this machine");
  return {};
}

}  // namespace sotto::transport
