#include "signaling/server/detail/listeners.hpp"

#include <string>
#include <utility>

namespace sotto::signaling {
namespace {

using asio::ip::tcp;

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

std::string explain(const std::error_code& error) {
  if (error == asio::error::address_in_use) return "another program listens there. Stop it, or give another port.";
  if (error == asio::error::access_denied) {
    return "ports below 1024 are for root alone. Give another, or the program the capability CAP_NET_BIND_SERVICE.";
  }
  if (error.value() == EADDRNOTAVAIL) return "this machine has no such address.";
  return error.message() + ".";
}

Result<tcp::acceptor> open_listener(asio::io_context& context, const tcp::endpoint& endpoint) {
  tcp::acceptor acceptor(context);
  std::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  // Each family has a socket of its own, whatever the system's default is.
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    return Error{ErrorCode::kUnavailable, "Cannot listen on " + to_text(endpoint) + ": " + explain(error)};
  }
  return acceptor;
}

}  // namespace

Result<std::vector<tcp::acceptor>> open_listeners(asio::io_context& context,
                                                  const std::vector<ListenAddress>& addresses) {
  std::vector<tcp::acceptor> acceptors;
  const auto port_of_first = [&acceptors] {
    std::error_code ignored;
    return acceptors.front().local_endpoint(ignored).port();
  };
  if (addresses.empty()) {
    // A machine may have either family switched off.
    Result<tcp::acceptor> ipv6 = open_listener(context, {asio::ip::address_v6::any(), kDefaultServerPort});
    Result<tcp::acceptor> ipv4 = open_listener(context, {asio::ip::address_v4::any(), kDefaultServerPort});
    if (!ipv4) return ipv4.error();
    acceptors.push_back(std::move(ipv4).value());
    if (ipv6) acceptors.push_back(std::move(ipv6).value());
    return acceptors;
  }
  for (const ListenAddress& address : addresses) {
    std::error_code error;
    const asio::ip::address ip = asio::ip::make_address(address.address, error);
    if (error) {
      return Error{ErrorCode::kInvalidArgument, address.address + " is no IP address: a server listens on addresses."};
    }
    const uint16_t port = address.port == 0 && !acceptors.empty() ? port_of_first() : address.port;
    Result<tcp::acceptor> acceptor = open_listener(context, {ip, port});
    if (!acceptor) return acceptor.error();
    acceptors.push_back(std::move(acceptor).value());
  }
  return acceptors;
}

}  // namespace sotto::signaling
