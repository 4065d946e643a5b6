#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/call.hpp>
#include <sotto/contacts.hpp>
#include <sotto/export.hpp>
#include <sotto/identity.hpp>
#include <sotto/result.hpp>
#include <sotto/server_status.hpp>
#include <sotto/signaling_channel.hpp>

namespace sotto {

class Engine;
struct EngineOptions;

namespace engine {
struct InternalOptions;
Result<std::unique_ptr<Engine>> create_engine(EngineOptions options, InternalOptions internal);
}  // namespace engine

/// A STUN or TURN server (RFC 8489, 8656). A name is looked up when a call needs it; no call waits for it longer than
/// half a second, and PathStatistics tells when nobody knows its address.
struct IceServer {
  enum class Kind { kStun, kTurnUdp, kTurnTcp };
  Kind kind = Kind::kStun;
  std::string address;  ///< IPv4, IPv6, or the name of a host
  uint16_t port = 3478;
  std::string username;  ///< TURN only
  std::string password;  ///< TURN only
};

/// What a call of somebody who is no contact does here.
enum class StrangerCalls {
  /// Nothing: it is noted among Contacts::requests(), at most 20 a day, and the caller learns nothing at all.
  kContactsOnly,
  /// It rings, with Call::peer_known() false. The caller learns of this device, but of no address, when the user
  /// accepts, and nothing before.
  kAllowed,
};

struct EngineOptions {
  Identity identity;
  /// Carries sealed envelopes to and from other devices. It need not be trusted. Null: `server` does.
  std::shared_ptr<SignalingChannel> signaling = nullptr;

  /// A sotto server: "host", "host:port" or "host:port#PIN", as `sotto serve` prints it. It carries envelopes, finds
  /// people by name and lends relays.
  std::string server = {};
  /// The way to the server: "http://host:port" or "socks5://host:port", with "user:password@" or not.
  std::string proxy = {};
  /// Registers the account by this name if the server does not know it yet: 3 to 32 of a-z 0-9 . _ -, first a letter.
  std::string register_name = {};
  /// For a server that registers by invitation.
  std::string invite = {};

  /// Whom this device knows. Nothing: nobody, and what is added is kept in memory.
  std::optional<Contacts> contacts = {};
  StrangerCalls stranger_calls = StrangerCalls::kContactsOnly;

  /// A contact who calls while this device is in a call is not told "busy" but rings, one at a time. Then only one call
  /// talks: to accept, to resume or to make one puts the other on hold.
  bool call_waiting = false;

  std::vector<IceServer> ice_servers = {};
  /// Local addresses to use; empty: those of all usable interfaces, loopback excepted.
  std::vector<std::string> local_addresses = {};
  /// Only through TURN servers: the other side does not learn our address.
  bool relay_only = false;

  /// For tries: a bad network, both ways, between each call of this device and its real path, such as
  /// "delay=50ms,loss=5%,rate=1M,queue=300ms,blackout=10s+2s"; `sotto call --help` lists what it can be. It sees
  /// ciphertext only. ICE's checks and the server's link go around it. Times count from the call's first sign of life.
  std::string emulated_network = {};
};

struct DialOptions {
  /// Whoever is no contact learns our address in a call only with this; otherwise such a call goes through relays.
  bool direct = false;
};

/// What the directory says about a name. Signatures, dates and what was known before have been checked, but that the
/// account belongs to the person whom you mean, only the safety number tells.
struct FoundAccount {
  enum class Standing {
    kNew,          ///< Not a contact.
    kContact,      ///< A contact with the keys that it had.
    kKeyChanged,   ///< A contact whose recovery key has made a new root key, which the user has not settled yet.
    kOtherPerson,  ///< A contact of this name exists, and this is another account.
  };
  AccountId account{};
  std::string name;
  Standing standing = Standing::kNew;
  std::string safety_number;    ///< As Contacts::safety_number().
  std::vector<uint8_t> bundle;  ///< For Contacts::add().
};

/// Makes and takes calls for one device. Owns its threads; several may live in one process.
class SOTTO_API Engine {
 public:
  /// Checks that the cryptographic libraries work, starts the threads, listens on the signalling channel, or signs in
  /// to the server. A server that cannot be reached is no error here: on_server_status() tells.
  static Result<std::unique_ptr<Engine>> create(EngineOptions options);
  /// Ends all calls (kEngineClosed) and joins the threads; no callback comes after it returns. Not from a callback.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Whom this device knows: those of the options, or its own.
  Contacts contacts() const;
  /// Contacts::add() without a name.
  Result<AccountId> add_contact(std::span<const uint8_t> bundle);

  /// Calls an account that is known: a contact, or a stranger who called. Sources are started at once (a caller sees
  /// itself); nothing of them is encoded or sent before the other side has accepted. If that device calls here at the
  /// same moment, or rings here already, both are one call, and this is the accept. Errors are about the request
  /// itself; what there is to say about the other side ends the call, with a reason.
  Result<std::shared_ptr<Call>> call(const AccountId& account, CallMedia media, DialOptions options = {});
  /// Calls a contact by name, or whomever the directory has by that name: then trusted at first sight, and through
  /// relays only.
  Result<std::shared_ptr<Call>> call(std::string_view name, CallMedia media, DialOptions options = {});

  /// Asks the directory about a name; `callback` is called once, on the event thread, unless the engine is destroyed
  /// before. kUnavailable if there is no such account, or if it does not want to be found, which nobody can tell apart,
  /// or if there is no server.
  void find(std::string_view name, std::function<void(Result<FoundAccount>)> callback);

  /// Called on the event thread when a call has arrived and rings. Until it is set nobody can ring here.
  void on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback);

  /// Called on the event thread at each change of the link to the server, first with how it stands now.
  void on_server_status(std::function<void(const ServerStatus&)> callback);
  /// kStopped if there is none.
  ServerStatus server_status() const;

 private:
  friend Result<std::unique_ptr<Engine>> engine::create_engine(EngineOptions, engine::InternalOptions);
  class Implementation;
  explicit Engine(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

/// The version of the library, for example "0.1.0".
SOTTO_API std::string_view version();

}  // namespace sotto
