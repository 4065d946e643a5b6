#include "engine/client_directory.hpp"

#include <mutex>
#include <utility>

#include "signaling/client/client.hpp"

namespace sotto::engine {
namespace {

// Who hears of the link's changes; lives as long as the client that tells it.
class StatusListener {
 public:
  void set(std::function<void(const ServerStatus&)> callback) {
    const std::lock_guard lock(mutex_);
    callback_ = std::make_shared<const std::function<void(const ServerStatus&)>>(std::move(callback));
  }
  void tell(const ServerStatus& status) const {
    std::shared_ptr<const std::function<void(const ServerStatus&)>> callback;
    {
      const std::lock_guard lock(mutex_);
      callback = callback_;
    }
    if (callback && *callback) (*callback)(status);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const std::function<void(const ServerStatus&)>> callback_;
};

class ClientDirectory final : public Directory {
 public:
  ClientDirectory(std::shared_ptr<signaling::Client> client, std::shared_ptr<StatusListener> listener)
      : client_(std::move(client)), listener_(std::move(listener)) {}

  void look_up(const std::string& name, LookUpDone done) override { client_->look_up(name, std::move(done)); }
  void look_up(const AccountId& account, LookUpDone done) override {
    client_->look_up(signaling::AccountId{account}, std::nullopt, std::move(done));
  }
  void request_relays(RelaysDone done) override { client_->request_relays(std::move(done)); }
  void publish(Done done) override { client_->publish(std::move(done)); }
  void set_denied(const std::vector<AccountId>& accounts, Done done) override {
    std::vector<signaling::AccountId> denied;
    for (const AccountId& account : accounts) denied.push_back({account});
    client_->set_profile(false, std::nullopt, std::move(denied), std::move(done));
  }
  void network_changed() override { client_->network_changed(); }
  ServerStatus status() const override { return client_->status(); }
  void on_status(std::function<void(const ServerStatus&)> callback) override { listener_->set(std::move(callback)); }
  std::optional<Duration> clock_offset() const override { return client_->clock_offset(); }

 private:
  std::shared_ptr<signaling::Client> client_;
  std::shared_ptr<StatusListener> listener_;
};

}  // namespace

Result<ServerLink> link_to_server(const EngineOptions& options, std::shared_ptr<signaling::IdentityKeeper> identity) {
  auto address = signaling::parse_server_address(options.server);
  if (!address) return address.error();
  signaling::ClientOptions client_options;
  client_options.server = std::move(*address);
  if (!options.proxy.empty()) {
    auto proxy = signaling::parse_proxy_address(options.proxy);
    if (!proxy) return proxy.error();
    client_options.proxy = std::move(*proxy);
  }
  auto listener = std::make_shared<StatusListener>();
  client_options.identity = std::move(identity);
  client_options.on_status = [listener](const ServerStatus& status) { listener->tell(status); };
  client_options.register_name = options.register_name;
  client_options.invite = options.invite;
  auto client = signaling::Client::create(std::move(client_options));
  if (!client) return client.error();
  return ServerLink{*client, std::make_shared<ClientDirectory>(*client, std::move(listener))};
}

}  // namespace sotto::engine
