#include "signaling/client/link_failure.hpp"

namespace sotto::signaling {

bool is_refusal(ServerProblem problem) {
  switch (problem) {
    case ServerProblem::kNone:
    case ServerProblem::kName:
    case ServerProblem::kRoute:
    case ServerProblem::kPort:
    case ServerProblem::kTimeout:
    case ServerProblem::kProxy:
    case ServerProblem::kTls:
    case ServerProblem::kProtocol:
    case ServerProblem::kOverloaded:
    case ServerProblem::kLost:
      return false;
    case ServerProblem::kPin:
    case ServerProblem::kCertificate:
    case ServerProblem::kClock:
    case ServerProblem::kNotRegistered:
    case ServerProblem::kRefused:
    case ServerProblem::kRevoked:
      return true;
  }
  return true;
}

}  // namespace sotto::signaling
