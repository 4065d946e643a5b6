#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "signaling/detail/asio.hpp"

namespace sotto::signaling {

/// Turns host names into addresses, each on a thread of its own that nobody waits for: the system's resolver can
/// neither be cancelled nor given a limit, and Asio's joins its thread when its context goes, for up to half a minute
/// without a network.
class Resolver {
 public:
  using Addresses = std::vector<asio::ip::address>;
  /// Called on the context's thread: the addresses, or none and why (getaddrinfo(3)).
  using Done = std::function<void(const Addresses& addresses, int error)>;

  explicit Resolver(std::shared_ptr<asio::io_context> context) : context_(std::move(context)) {}
  ~Resolver() { cancel(); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Begins. What was begun before is not reported any more.
  void resolve(const std::string& host, Done done);
  void cancel();

 private:
  struct Query {
    Done done;
  };
  std::shared_ptr<asio::io_context> context_;
  std::shared_ptr<Query> query_;
};

/// The order in which to try addresses: as the system sorted them (RFC 6724), but the families by turns, so that one
/// that does not work costs a quarter of a second (RFC 8305 section 4).
Resolver::Addresses interleave_families(Resolver::Addresses addresses);

}  // namespace sotto::signaling
