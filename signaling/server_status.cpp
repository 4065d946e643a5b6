#include <sotto/server_status.hpp>

namespace sotto {

std::string_view to_string(ServerState state) {
  switch (state) {
    case ServerState::kConnecting:
      return "connecting";
    case ServerState::kSignedIn:
      return "signed in";
    case ServerState::kWaiting:
      return "waiting";
    case ServerState::kRefused:
      return "refused";
    case ServerState::kStopped:
      return "stopped";
  }
  return "unknown";
}

std::string_view to_string(ServerProblem problem) {
  switch (problem) {
    case ServerProblem::kNone:
      return "none";
    case ServerProblem::kName:
      return "name";
    case ServerProblem::kRoute:
      return "route";
    case ServerProblem::kPort:
      return "port";
    case ServerProblem::kTimeout:
      return "timeout";
    case ServerProblem::kProxy:
      return "proxy";
    case ServerProblem::kTls:
      return "tls";
    case ServerProblem::kPin:
      return "pin";
    case ServerProblem::kCertificate:
      return "certificate";
    case ServerProblem::kProtocol:
      return "protocol";
    case ServerProblem::kClock:
      return "clock";
    case ServerProblem::kNotRegistered:
      return "not registered";
    case ServerProblem::kRefused:
      return "refused";
    case ServerProblem::kRevoked:
      return "revoked";
    case ServerProblem::kOverloaded:
      return "overloaded";
    case ServerProblem::kLost:
      return "lost";
  }
  return "unknown";
}

}  // namespace sotto
