#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sotto/result.hpp>

#include "transport/ice/ice_candidate.hpp"

using GMainContext = struct _GMainContext;

namespace sotto::transport {

/// Turns the names of hosts into addresses, and makes nobody wait for them. A seam: a test answers what and when it
/// wants. One thread, that of the contexts it is given.
class HostResolver {
 public:
  /// Destroying it takes the question back: no answer comes any more.
  class Query {
   public:
    Query() = default;
    virtual ~Query() = default;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
  };
  /// The addresses of both families, as the system sorts them (RFC 6724); at least one.
  using Done = std::function<void(Result<std::vector<IpAddress>>)>;

  virtual ~HostResolver() = default;
  /// `done` is called once, from a later turn of `context`; from it the query may be destroyed.
  virtual std::unique_ptr<Query> resolve(GMainContext* context, const std::string& host, Done done) = 0;
};

/// The system's: /etc/hosts, DNS, and whatever else nsswitch.conf(5) says. It has no time limit of its own, and may
/// wait for half a minute where there is no network.
std::shared_ptr<HostResolver> system_resolver();

/// Whether this can be the name of a host (RFC 1123 section 2.1): letters, digits, '-' and '_' between dots, at most
/// 253.
bool is_host_name(std::string_view text);

}  // namespace sotto::transport
