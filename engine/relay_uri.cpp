#include "engine/relay_uri.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/log.hpp"
#include "transport/ice/host_resolver.hpp"
#include "transport/ice/ice_candidate.hpp"

namespace sotto::engine {
namespace {

// A server sends at most 8 URIs (server.proto); each longer than this is nonsense.
constexpr size_t kMaxServers = 8;
constexpr size_t kMaxUri = 256;

Error malformed() { return {ErrorCode::kMalformed, "not the URI of a STUN or TURN server"}; }

// Reads "host", "host:port", "[v6]" or "[v6]:port".
bool read_authority(std::string_view text, IceServer& server) {
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    server.address = text.substr(1, end - 1);
    const auto address = transport::IpAddress::parse(server.address);
    if (!address || !address->is_v6()) return false;
    text.remove_prefix(end + 1);
  } else {
    const size_t end = std::min(text.find(':'), text.size());
    server.address = text.substr(0, end);
    const auto address = transport::IpAddress::parse(server.address);
    if (!address && !transport::is_host_name(server.address)) return false;
    text.remove_prefix(end);
  }
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), server.port);
  return error == std::errc{} && rest == text.data() + text.size() && server.port != 0;
}

}  // namespace

Result<IceServer> parse_relay_uri(std::string_view uri) {
  if (uri.size() > kMaxUri || uri.find('\0') != std::string_view::npos) return malformed();
  const size_t colon = uri.find(':');
  if (colon == std::string_view::npos) return malformed();
  const std::string_view scheme = uri.substr(0, colon);
  if (scheme == "turns" || scheme == "stuns") {
    return Error{ErrorCode::kRefused, "relays over TLS are not used: what goes through them is encrypted anyway"};
  }
  if (scheme != "turn" && scheme != "stun") return malformed();
  std::string_view authority = uri.substr(colon + 1);
  std::string_view query;
  if (const size_t mark = authority.find('?'); mark != std::string_view::npos) {
    query = authority.substr(mark + 1);
    authority = authority.substr(0, mark);
    if (scheme == "stun") return malformed();
  }
  IceServer server;
  server.kind = scheme == "stun" ? IceServer::Kind::kStun : IceServer::Kind::kTurnUdp;
  if (query == "transport=tcp") {
    server.kind = IceServer::Kind::kTurnTcp;
  } else if (!query.empty() && query != "transport=udp") {
    return malformed();
  }
  if (!read_authority(authority, server)) return malformed();
  return server;
}

std::vector<IceServer> usable_relays(const std::vector<signaling::RelayServer>& relays) {
  std::vector<IceServer> usable;
  for (const signaling::RelayServer& relay : relays) {
    if (usable.size() == kMaxServers) break;
    auto server = parse_relay_uri(relay.uri);
    if (!server) {
      log(LogLevel::kWarning, "engine", "left out a relay of the server: " + server.error().message);
      continue;
    }
    server->username = relay.username;
    server->password = relay.password;
    usable.push_back(std::move(*server));
  }
  return usable;
}

bool has_relay(const std::vector<IceServer>& servers) {
  return std::ranges::any_of(servers, [](const IceServer& server) { return server.kind != IceServer::Kind::kStun; });
}

}  // namespace sotto::engine
