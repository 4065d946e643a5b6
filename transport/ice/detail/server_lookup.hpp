#pragma once

#include <glib.h>

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <sotto/time.hpp>

#include "transport/ice/host_resolver.hpp"
#include "transport/ice/ice_agent.hpp"

namespace sotto::transport {

/// Finds the addresses of servers that are named, all at the same time and in bounded time. Of one name it takes an
/// address of each family: more would cost ports on the relay and checks of the path, for the same machine. One thread,
/// that of the context.
class ServerLookup {
 public:
  struct Callbacks {
    /// Each server of the name, by address.
    std::function<void(const IceServer& server)> on_found;
    /// Nobody knows the address. `why` holds no name.
    std::function<void(const std::string& why)> on_failed;
    /// After all that the two above had to say of one name.
    std::function<void()> on_settled;
  };

  /// Begins. Callbacks come from later turns of `context`, may not destroy this, and do not come once it is gone.
  ServerLookup(GMainContext* context, std::shared_ptr<HostResolver> resolver, const std::vector<IceServer>& servers,
               Duration patience, Callbacks callbacks);
  ~ServerLookup();
  ServerLookup(const ServerLookup&) = delete;
  ServerLookup& operator=(const ServerLookup&) = delete;

  /// Whether each server was found or given up.
  bool done() const { return waiting_.empty(); }

 private:
  struct Waiting {
    IceServer server;
    std::unique_ptr<HostResolver::Query> query;
  };
  void settle(std::list<Waiting>::iterator waiting, const Result<std::vector<IpAddress>>& answer);
  void give_up();

  const std::shared_ptr<HostResolver> resolver_;
  const Callbacks callbacks_;
  std::list<Waiting> waiting_;
  GSource* timer_ = nullptr;
};

}  // namespace sotto::transport
