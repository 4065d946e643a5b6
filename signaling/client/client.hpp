#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/server_status.hpp>
#include <sotto/signaling_channel.hpp>
#include <sotto/time.hpp>
#include "signaling/client/answers.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/identity/identity_keeper.hpp"
#include "signaling/link/server_address.hpp"

namespace sotto::signaling {

struct ClientOptions {
  ServerAddress server;
  std::optional<ProxyAddress> proxy;
  std::shared_ptr<IdentityKeeper> identity;
  /// Called on the client's thread at each change.
  std::function<void(const ServerStatus&)> on_status;
  /// Registers this name when the server does not know the account yet. Empty: then the sign-in is refused.
  std::string register_name;
  std::string invite;
};

/// This device's link to its signalling server: signs in, carries envelopes, asks the directory. It comes back by
/// itself with back-off and jitter; what a lost link swallowed is sent again as it was. Owns one thread; all methods
/// may be called from any thread and none blocks, but stop() and the destructor, which join it. Callbacks come from the
/// client's thread, each exactly once, at the latest with stop(): then with kUnavailable. What is asked after that is
/// answered at once, by the asking thread. While there is no link, envelopes wait for up to 45 s and requests for 10 s.
class Client : public SignalingChannel {
 public:
  static Result<std::shared_ptr<Client>> create(ClientOptions options);
  ~Client() override;

  void start(std::function<void(Envelope)> on_envelope) override;
  void stop() override;
  Result<void> send(Envelope envelope) override;

  /// A hint that addresses or routes have changed: tries again at once, or finds out whether the link still stands.
  void network_changed();

  ServerStatus status() const;
  /// The server's clock minus ours, from the last sign-in.
  std::optional<Duration> clock_offset() const;

  /// nullopt: there is no such account, or it does not want to be found; nobody can tell which.
  using LookUpDone = std::function<void(Result<std::optional<DirectoryEntry>>)>;
  void look_up(std::string name, LookUpDone done);
  void look_up(const AccountId& account, std::optional<std::array<uint8_t, 16>> token, LookUpDone done);

  using Done = std::function<void(Result<void>)>;
  /// The identity's records have changed: tells the directory.
  void publish(Done done);
  /// Who may find this account; see Profile in server.proto.
  void set_profile(bool hidden, std::optional<std::array<uint8_t, 16>> token, std::vector<AccountId> denied, Done done);
  /// Relays for one call. An empty list: the server has none.
  void request_relays(std::function<void(Result<std::vector<RelayServer>>)> done);

 private:
  class Implementation;
  explicit Client(std::shared_ptr<Implementation> implementation);
  /// Shared with the thread, for an owner that goes away within a callback.
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace sotto::signaling
