#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "signaling/client/client.hpp"

namespace sotto::signaling {

/// A place to which callbacks bring values, and where a test waits for them: for 20 s at most.
template <typename T>
class Inbox {
 public:
  void put(T value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
    changed_.notify_all();
  }
  /// The first value that `wanted` accepts, with all before it taken out.
  template <typename Wanted>
  T wait_for(Wanted wanted) {
    std::unique_lock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (true) {
      while (!values_.empty()) {
        T value = std::move(values_.front());
        values_.erase(values_.begin());
        if (wanted(value)) return value;
      }
      if (changed_.wait_until(lock, deadline) == std::cv_status::timeout) {
        ADD_FAILURE() << "what was waited for did not come";
        return T();
      }
    }
  }
  T wait() {
    return wait_for([](const T&) { return true; });
  }
  size_t size() {
    const std::lock_guard lock(mutex_);
    return values_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> values_;
};

/// A client with an identity of its own, over real sockets on loopback.
class ClientWorld : public testing::Test {
 protected:
  ClientOptions options(const ServerAddress& server) {
    ClientOptions options;
    options.server = server;
    options.identity = keeper;
    options.on_status = [this](const ServerStatus& status) { statuses.put(status); };
    return options;
  }
  std::shared_ptr<Client> start(ClientOptions options) {
    std::shared_ptr<Client> client = Client::create(std::move(options)).value();
    client->start([this](Envelope envelope) { envelopes.put({envelope.blob.begin(), envelope.blob.end()}); });
    return client;
  }
  std::shared_ptr<Client> start_at(const ServerAddress& server) { return start(options(server)); }
  ServerStatus wait_for(ServerState state) {
    return statuses.wait_for([state](const ServerStatus& status) { return status.state == state; });
  }
  /// What is wrong with a server, when the first attempt has failed.
  ServerStatus problem_with(ClientOptions options) {
    const std::shared_ptr<Client> client = start(std::move(options));
    return statuses.wait_for([](const ServerStatus& status) { return status.problem != ServerProblem::kNone; });
  }
  ServerStatus problem_at(const ServerAddress& server) { return problem_with(options(server)); }

  static Envelope envelope(const std::string& blob) {
    Envelope envelope;
    envelope.account.fill(7);
    envelope.blob.assign(blob.begin(), blob.end());
    return envelope;
  }

  Inbox<ServerStatus> statuses;
  Inbox<std::string> envelopes;
  std::shared_ptr<IdentityKeeper> keeper =
      std::make_shared<IdentityKeeper>(DeviceIdentity::create(system_random(), wall_now()));
};

}  // namespace sotto::signaling
