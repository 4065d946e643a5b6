#include "signaling/client/detail/resolver.hpp"

#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace sotto::signaling {
namespace {

Resolver::Addresses look_up(const std::string& host, int& error) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) return {};
  Resolver::Addresses addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    addresses.push_back(endpoint.address());
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace

void Resolver::resolve(const std::string& host, Done done) {
  cancel();
  query_ = std::make_shared<Query>(Query{std::move(done)});
  std::error_code not_an_address;
  if (const asio::ip::address address = asio::ip::make_address(host, not_an_address); !not_an_address) {
    asio::post(*context_, [address, query = std::weak_ptr(query_)] {
      if (const std::shared_ptr<Query> asked = query.lock()) asked->done({address}, 0);
    });
    return;
  }
  // The thread may outlive all of this: it holds the context, and knows the query only if that is still there.
  const auto report = [context = context_, query = std::weak_ptr(query_)](Addresses addresses, int error) {
    asio::post(*context, [addresses = std::move(addresses), error, query] {
      if (const std::shared_ptr<Query> asked = query.lock()) asked->done(addresses, error);
    });
  };
  try {
    std::thread([host, report] {
      int error = 0;
      Addresses addresses = look_up(host, error);
      report(std::move(addresses), error);
    }).detach();
  } catch (const std::system_error&) {
    report({}, EAI_AGAIN);
  }
}

void Resolver::cancel() { query_.reset(); }

Resolver::Addresses interleave_families(Resolver::Addresses addresses) {
  if (addresses.empty()) return addresses;
  const bool first_is_v6 = addresses.front().is_v6();
  const auto second = std::stable_partition(addresses.begin(), addresses.end(), [&](const asio::ip::address& address) {
    return address.is_v6() == first_is_v6;
  });
  const Resolver::Addresses ours(addresses.begin(), second);
  const Resolver::Addresses others(second, addresses.end());
  addresses.clear();
  for (size_t i = 0; i < std::max(ours.size(), others.size()); ++i) {
    if (i < ours.size()) addresses.push_back(ours[i]);
    if (i < others.size()) addresses.push_back(others[i]);
  }
  return addresses;
}

}  // namespace sotto::signaling
