// EngineCore: the link to the server, and the identity that it shows there.
#include <utility>

#include "base/log.hpp"
#include "engine/block_report.hpp"
#include "engine/engine_core.hpp"
#include "engine/relay_uri.hpp"

namespace sotto::engine {

void EngineCore::on_server_status(std::function<void(const ServerStatus&)> callback) {
  {
    const std::lock_guard lock(callback_mutex_);
    on_server_status_ = std::make_shared<const std::function<void(const ServerStatus&)>>(std::move(callback));
  }
  on_events([this] {
    std::shared_ptr<const std::function<void(const ServerStatus&)>> told;
    {
      const std::lock_guard lock(callback_mutex_);
      told = on_server_status_;
    }
    if (told && *told) (*told)(server_status());
  });
}

void EngineCore::on_status(const ServerStatus& status) {
  on_events([this, status] {
    std::shared_ptr<const std::function<void(const ServerStatus&)>> callback;
    {
      const std::lock_guard lock(callback_mutex_);
      callback = on_server_status_;
    }
    if (callback && *callback) (*callback)(status);
  });
  if (status.state != ServerState::kSignedIn) return;
  on_events([this] { report_blocks(); });
  on_network([this] {
    const auto offset = directory_->clock_offset();
    if (offset && calendar_.correct(*offset)) screen_.on_clock_corrected();
    const Timestamp now = machine_.now();
    for (auto& [record, call] : calls_) call->on_link_renewed(now);
  });
}

void EngineCore::request_relays(const std::shared_ptr<CallRecord>& record) {
  directory_->request_relays([weak = weak_from_this(), record](Result<std::vector<signaling::RelayServer>> answer) {
    const auto core = weak.lock();
    if (!core) return;
    core->on_network([raw = core.get(), record, answer = std::move(answer)] {
      if (!answer) log(LogLevel::kWarning, "engine", "the server lends no relay: " + answer.error().message);
      raw->on_relays(record, answer ? usable_relays(*answer) : std::vector<IceServer>());
    });
  });
}

void EngineCore::on_relays(const std::shared_ptr<CallRecord>& record, std::vector<IceServer> relays) {
  if (const auto pending = pending_.find(record); pending != pending_.end()) {
    pending->second.preparation.on_relays(has_relay(relays) || has_relay(options_.ice_servers));
    pending->second.relays = std::move(relays);
    advance(record);
  } else if (CallController* call = find(record)) {
    call->set_relays(std::move(relays), machine_.now());
  }
}

void EngineCore::learn(const signaling::Contact& peer) {
  if (!contacts_->find(peer.account.bytes)) contacts_->meet(peer);
  if (contacts_->learn(peer)) events_->post([this] { contacts_->save(); });
}

// Event thread: it may write a file. What fails is said again at the next sign-in, change or renewal.
void EngineCore::report_blocks() {
  if (!directory_ || reporting_blocks_ || directory_->status().state != ServerState::kSignedIn) return;
  const auto report = block_report(*contacts_, options_.server);
  if (!report) return;
  reporting_blocks_ = true;
  directory_->set_denied(
      report->accounts, [weak = weak_from_this(), digest = report->digest](const Result<void>& answer) {
        const auto core = weak.lock();
        if (!core) return;
        core->on_events([raw = core.get(), digest, answer] {
          raw->reporting_blocks_ = false;
          const Result<void> noted = answer ? raw->contacts_->set_blocks_told(digest) : answer;
          if (!noted) log(LogLevel::kWarning, "engine", "the server was not told of blocks: " + noted.error().message);
          // Noting it has told the watchers, and so looks again for what has changed meanwhile.
        });
      });
}

void EngineCore::watch_network() {
  auto monitor = network_->watch_network([this] {
    log(LogLevel::kInfo, "engine", "the network has changed");
    directory_->network_changed();
  });
  if (monitor) {
    network_monitor_ = std::move(*monitor);
  } else {
    log(LogLevel::kWarning, "engine", monitor.error().message);
  }
}

void EngineCore::schedule_renewal() { renewal_timer_->set(machine_.now() + internal_.renewal_interval); }

// Event thread: it may write a file.
void EngineCore::renew_identity() {
  const auto renewed = identity_->renew(calendar_.now(), system_random());
  if (!renewed) {
    log(LogLevel::kWarning, "engine", "the identity's keys were not renewed: " + renewed.error().message);
    return;
  }
  if (!*renewed || !directory_) return;
  directory_->publish([](const Result<void>& published) {
    if (!published) log(LogLevel::kWarning, "engine", "new keys are not published: " + published.error().message);
  });
}

}  // namespace sotto::engine
