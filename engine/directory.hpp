#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sotto/identity.hpp>
#include <sotto/result.hpp>
#include <sotto/server_status.hpp>
#include <sotto/time.hpp>

#include "signaling/client/answers.hpp"

namespace sotto::engine {

/// What a server does beyond carrying envelopes. An application's own signalling channel has none. Any thread; nothing
/// blocks. Each `done` is called once, from any thread, perhaps before the method returns.
class Directory {
 public:
  virtual ~Directory() = default;

  /// nullopt: no such account, or one that does not want to be found.
  using LookUpDone = std::function<void(Result<std::optional<signaling::DirectoryEntry>>)>;
  virtual void look_up(const std::string& name, LookUpDone done) = 0;
  virtual void look_up(const AccountId& account, LookUpDone done) = 0;

  using RelaysDone = std::function<void(Result<std::vector<signaling::RelayServer>>)>;
  /// Relays for one call.
  virtual void request_relays(RelaysDone done) = 0;
  using Done = std::function<void(Result<void>)>;
  /// This device's records have changed.
  virtual void publish(Done done) = 0;
  /// For these, at most 64, this account is not to exist any more; for all others it is.
  virtual void set_denied(const std::vector<AccountId>& accounts, Done done) = 0;

  /// Addresses or routes of this machine have changed: the link is to be made anew, or looked at, now.
  virtual void network_changed() = 0;

  virtual ServerStatus status() const = 0;
  /// Called at each change, from any thread. Set before the channel is started.
  virtual void on_status(std::function<void(const ServerStatus&)> callback) = 0;
  /// The server's clock minus this machine's.
  virtual std::optional<Duration> clock_offset() const = 0;
};

}  // namespace sotto::engine
