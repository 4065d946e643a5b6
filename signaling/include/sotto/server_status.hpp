#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sotto/export.hpp>
#include <sotto/time.hpp>

namespace sotto {

/// Where the link to the signalling server stands. A call in progress does not need it.
enum class ServerState {
  kConnecting,  ///< Or signing in.
  kSignedIn,    ///< Calls can be made and arrive.
  kWaiting,     ///< Lost or not reached; it tries again by itself.
  kRefused,     ///< Trying again would not help: something must be changed first.
  kStopped,
};

/// Why there is no link.
enum class ServerProblem {
  kNone,
  kName,           ///< The server's name does not resolve.
  kRoute,          ///< No network, or no way there.
  kPort,           ///< The machine is there, but nothing listens on the port.
  kTimeout,        ///< No answer.
  kProxy,          ///< The proxy cannot be reached or refuses.
  kTls,            ///< What listens there does not speak TLS 1.3 or our protocol.
  kPin,            ///< It has another key than the pin says.
  kCertificate,    ///< Its certificate is not valid for its name.
  kProtocol,       ///< It said something that makes no sense.
  kClock,          ///< Our clock and the server's are too far apart.
  kNotRegistered,  ///< The server does not know the account: register a name first.
  kRefused,        ///< It refused the sign-in; the text says why.
  kRevoked,        ///< This device was removed from its account.
  kOverloaded,     ///< It has no room now.
  kLost,           ///< The link was there and broke.
};

struct ServerStatus {
  ServerState state = ServerState::kStopped;
  ServerProblem problem = ServerProblem::kNone;
  std::string explanation;           ///< For a person: what is wrong and what to do. Empty while all is well.
  std::optional<Duration> retry_in;  ///< With kWaiting: when it tries again.
  std::string name;                  ///< With kSignedIn: the name that the account is registered with.
};

SOTTO_API std::string_view to_string(ServerState state);
SOTTO_API std::string_view to_string(ServerProblem problem);

}  // namespace sotto
