#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "transport/ice/host_resolver.hpp"
#include "transport/ice/ice_candidate.hpp"
#include "transport/path.hpp"

using GMainContext = struct _GMainContext;

namespace sotto::transport {

enum class IceServerKind { kStun, kTurnUdp, kTurnTcp };

/// A server that helps to find a path.
struct IceServer {
  std::string host = {};  ///< an IP address, or a name
  uint16_t port = 3478;
  IceServerKind kind = IceServerKind::kStun;
  std::string username = {};  ///< TURN only
  std::string password = {};  ///< TURN only
};

struct IceOptions {
  bool controlling = false;  ///< the caller is controlling
  std::vector<IceServer> servers = {};
  /// Gather on these addresses only. Empty: on all that are usable, loopback excluded.
  std::vector<std::string> local_addresses = {};
  /// Reveal, use and accept relayed candidates only.
  bool relay_only = false;
  /// Who looks up the names of servers. Null: the system.
  std::shared_ptr<HostResolver> resolver = {};
  /// After that long a name that is still unknown is given up, and its server with it.
  Duration name_patience = 10s;
};

enum class IceState {
  kConnecting,
  kWritable,  ///< datagrams can be sent
  kFailed,    ///< no pair works; a restart may find one
};

/// One side's short-term credentials (RFC 8445 5.3).
struct IceCredentials {
  std::string ufrag;
  std::string password;
};

/// The pair in use, for statistics.
struct IcePair {
  IceCandidate local;
  IceCandidate remote;
};

/// What the agent tells. All on the thread that runs its context, never from inside a call to the agent, and never
/// again once close() was called. An agent may be closed, but not destroyed, from inside of them.
struct IceCallbacks {
  std::function<void(std::string candidate)> on_candidate = {};  ///< "candidate:..." as in RFC 8839 5.1, without "a="
  std::function<void()> on_gathering_done = {};
  std::function<void(IceState state)> on_state = {};
  std::function<void(ByteView datagram, Timestamp arrival)> on_datagram = {};
};

struct IceCounters {
  uint64_t datagrams_sent = 0;
  uint64_t datagrams_dropped = 0;  ///< no pair yet, or the socket was full
  uint64_t datagrams_received = 0;
  uint64_t candidates_refused = 0;
  uint64_t servers_unresolved = 0;  ///< servers left out because nobody knew the address to their name
};

/// Finds a path to the peer and is it: ICE (RFC 8445, trickled by RFC 8838), one stream with one component. Only the
/// thread that it was made on may touch it.
///
/// There are no consent checks: libnice's own end a call at 10 % loss. Whoever uses the path judges its life by what
/// arrives authenticated.
class IceAgent : public Path {
 public:
  /// One by libnice, which owns sockets and timers inside the given GLib context; its thread is the agent's. `context`
  /// must outlive the agent, and run until close() has done its work. kInvalidArgument if an address or name in the
  /// options is none, or if only relays may be used and there is none.
  static Result<std::unique_ptr<IceAgent>> create(GMainContext* context, IceOptions options, IceCallbacks callbacks);

  /// What the peer needs to know. Valid at once; new after restart().
  virtual const IceCredentials& local_credentials() const = 0;
  /// Starts to find local candidates. Once only; kUnavailable if there is no usable address. It waits for no name of a
  /// TURN server: what comes by a late one is told late, and gathering is done when all names are settled. Only the
  /// name of a STUN server holds it up, for half a second at most.
  virtual Result<void> start_gathering() = 0;

  /// Sets the peer's credentials: once, and once more after each restart(). kRefused otherwise, kMalformed if they are
  /// not ones of RFC 8839 5.4.
  virtual Result<void> set_remote_credentials(std::string_view ufrag, std::string_view password) = 0;
  /// Adds one of the peer's candidates, as on_candidate gives them. kRefused before set_remote_credentials(), beyond
  /// 25, or where we would send to no address of a peer's; kMalformed if it does not parse. TCP candidates are refused.
  virtual Result<void> add_remote_candidate(std::string_view candidate) = 0;
  /// No more candidates will come.
  virtual void remote_candidates_done() = 0;

  /// Starts anew with new credentials over the sockets at hand, while the old pair carries on until a new one is found
  /// (RFC 8445 9). Candidates found so far are told again. Then set_remote_credentials() with the peer's new ones.
  virtual Result<void> restart() = 0;

  virtual IceState state() const = 0;
  virtual std::optional<IcePair> selected_pair() const = 0;
  virtual const IceCounters& counters() const = 0;

  /// Stops everything: no callback comes any more. What is left (telling TURN servers, closing sockets) is done by the
  /// context's next turns, and then `on_closed` is called from there, even if the agent itself is gone by then: at
  /// once, or within two seconds where a TURN server over UDP was in use, whose answer this libnice waits for. The
  /// destructor closes too. Only the first call counts.
  virtual void close(std::function<void()> on_closed = {}) = 0;
};

}  // namespace sotto::transport
