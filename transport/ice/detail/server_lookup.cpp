#include "transport/ice/detail/server_lookup.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sotto::transport {

ServerLookup::ServerLookup(GMainContext* context, std::shared_ptr<HostResolver> resolver,
                           const std::vector<IceServer>& servers, Duration patience, Callbacks callbacks)
    : resolver_(std::move(resolver)), callbacks_(std::move(callbacks)) {
  for (const IceServer& server : servers) {
    waiting_.push_back({server, nullptr});
    const auto waiting = std::prev(waiting_.end());
    waiting->query =
        resolver_->resolve(context, server.host,
                           [this, waiting](const Result<std::vector<IpAddress>>& answer) { settle(waiting, answer); });
  }
  if (waiting_.empty()) return;
  timer_ = g_timeout_source_new(static_cast<guint>(std::chrono::ceil<std::chrono::milliseconds>(patience).count()));
  const auto on_timer = [](gpointer self) -> gboolean {
    static_cast<ServerLookup*>(self)->give_up();
    return G_SOURCE_REMOVE;
  };
  g_source_set_callback(timer_, on_timer, this, nullptr);
  g_source_attach(timer_, context);
}

ServerLookup::~ServerLookup() {
  if (timer_ == nullptr) return;
  g_source_destroy(timer_);
  g_source_unref(timer_);
}

void ServerLookup::settle(std::list<Waiting>::iterator waiting, const Result<std::vector<IpAddress>>& answer) {
  IceServer server = std::move(waiting->server);
  waiting_.erase(waiting);
  if (answer) {
    for (const bool v6 : {false, true}) {
      const auto address = std::ranges::find(*answer, v6, &IpAddress::is_v6);
      if (address == answer->end()) continue;
      server.host = address->text();
      callbacks_.on_found(server);
    }
  } else {
    callbacks_.on_failed(answer.error().message);
  }
  callbacks_.on_settled();
}

void ServerLookup::give_up() {
  while (!waiting_.empty()) {
    settle(waiting_.begin(), Error{ErrorCode::kTimeout, "the name server does not answer in time"});
  }
}

}  // namespace sotto::transport
