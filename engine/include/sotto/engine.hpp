#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/call.hpp>
#include <sotto/export.hpp>
#include <sotto/identity.hpp>
#include <sotto/result.hpp>
#include <sotto/signaling_channel.hpp>

namespace sotto {

class Engine;
struct EngineOptions;

namespace engine {
struct InternalOptions;
Result<std::unique_ptr<Engine>> create_engine(EngineOptions options, InternalOptions internal);
}  // namespace engine

/// A STUN or TURN server (RFC 8489, 8656) by numeric address: names are resolved by the application.
struct IceServer {
  enum class Kind { kStun, kTurnUdp, kTurnTcp };
  Kind kind = Kind::kStun;
  std::string address;  ///< IPv4 or IPv6
  uint16_t port = 3478;
  std::string username;  ///< TURN only
  std::string password;  ///< TURN only
};

struct EngineOptions {
  Identity identity;
  /// Carries sealed envelopes to and from other devices. It need not be trusted.
  std::shared_ptr<SignalingChannel> signaling = nullptr;
  std::vector<IceServer> ice_servers = {};
  /// Local addresses to use; empty: those of all usable interfaces, loopback excepted.
  std::vector<std::string> local_addresses = {};
  /// Only through TURN servers: the other side does not learn our address.
  bool relay_only = false;
};

/// Makes and takes calls for one device. Owns its threads; several may live in one process.
class SOTTO_API Engine {
 public:
  /// Checks that the cryptographic libraries work, starts the threads and listens on the signalling channel.
  static Result<std::unique_ptr<Engine>> create(EngineOptions options);
  /// Ends all calls (kEngineClosed) and joins the threads; no callback comes after it returns. Not from a callback.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Verifies the public bundle of another device and makes its account a contact: one that may ring here.
  Result<AccountId> add_contact(std::span<const uint8_t> bundle);

  /// Calls a contact. Sources are started at once (a caller sees itself); nothing of them is encoded or sent before the
  /// other side has accepted.
  Result<std::shared_ptr<Call>> call(const AccountId& contact, CallMedia media);

  /// Called on the event thread when a contact's call has arrived and rings. Until it is set nobody can ring here.
  void on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback);

 private:
  friend Result<std::unique_ptr<Engine>> engine::create_engine(EngineOptions, engine::InternalOptions);
  class Implementation;
  explicit Engine(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

/// The version of the library, for example "0.1.0".
SOTTO_API std::string_view version();

}  // namespace sotto
