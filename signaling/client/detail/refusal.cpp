#include "signaling/client/detail/refusal.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "signaling/identity/verify.hpp"

namespace sotto::signaling {
namespace {

struct Meaning {
  wire::Refusal refusal;
  ServerProblem problem;
  ErrorCode code;
  const char* text;
};

// The first is for what we do not know.
constexpr std::array kMeanings = {
    Meaning{wire::REFUSAL_UNKNOWN, ServerProblem::kRefused, ErrorCode::kRefused,
            "The server refuses for a reason that this version of sotto does not know."},
    Meaning{wire::REFUSAL_MALFORMED, ServerProblem::kProtocol, ErrorCode::kRefused,
            "The server does not understand this version of sotto."},
    Meaning{wire::REFUSAL_NOT_REGISTERED, ServerProblem::kNotRegistered, ErrorCode::kRefused,
            "The server does not know this account: register a name first."},
    Meaning{wire::REFUSAL_BAD_PROOF, ServerProblem::kRefused, ErrorCode::kRefused,
            "The server does not accept this device's signature: something between may be reading the connection."},
    Meaning{wire::REFUSAL_FORGED, ServerProblem::kRefused, ErrorCode::kRefused,
            "The server finds a record of this identity that is not signed by its owner: the identity is damaged."},
    Meaning{wire::REFUSAL_EXPIRED, ServerProblem::kRefused, ErrorCode::kExpired,
            "A record of this identity is out of date: it has to be renewed."},
    Meaning{wire::REFUSAL_ROLLED_BACK, ServerProblem::kRefused, ErrorCode::kRefused,
            "The server knows a newer version of this account: this identity is an old copy."},
    Meaning{wire::REFUSAL_REVOKED, ServerProblem::kRevoked, ErrorCode::kRefused,
            "This device was removed from its account."},
    Meaning{wire::REFUSAL_NAME_TAKEN, ServerProblem::kRefused, ErrorCode::kRefused,
            "Somebody else has this name: choose another."},
    Meaning{wire::REFUSAL_NAME_INVALID, ServerProblem::kRefused, ErrorCode::kInvalidArgument,
            "A name has 3 to 32 of a-z, 0-9, '.', '_' and '-', and begins with a letter."},
    Meaning{wire::REFUSAL_INVITE_INVALID, ServerProblem::kRefused, ErrorCode::kRefused,
            "The server wants an invite code, and this is none or is used up: ask its operator."},
    Meaning{wire::REFUSAL_REGISTRATION_CLOSED, ServerProblem::kRefused, ErrorCode::kRefused,
            "The server takes no new accounts."},
    Meaning{wire::REFUSAL_ALREADY_REGISTERED, ServerProblem::kRefused, ErrorCode::kRefused,
            "This account is registered under another name already."},
    Meaning{wire::REFUSAL_RATE_LIMITED, ServerProblem::kOverloaded, ErrorCode::kUnavailable,
            "The server wants us to ask less often."},
    Meaning{wire::REFUSAL_TOO_MANY_LINKS, ServerProblem::kOverloaded, ErrorCode::kUnavailable,
            "There are too many links to the server from this device or network."},
    Meaning{wire::REFUSAL_OVERLOADED, ServerProblem::kOverloaded, ErrorCode::kUnavailable,
            "The server has no room now."},
    Meaning{wire::REFUSAL_STORAGE, ServerProblem::kOverloaded, ErrorCode::kUnavailable,
            "The server cannot write, its disk may be full: tell its operator."},
    Meaning{wire::REFUSAL_NO_RELAY, ServerProblem::kProtocol, ErrorCode::kUnavailable, "The server has no relay."},
};

const Meaning& meaning_of(wire::Refusal refusal) {
  const auto found = std::ranges::find(kMeanings, refusal, &Meaning::refusal);
  return found == kMeanings.end() ? kMeanings.front() : *found;
}

}  // namespace

LinkFailure link_failure_of(const wire::Refused& refused, std::optional<Duration> clock_offset) {
  const Meaning& meaning = meaning_of(refused.refusal());
  LinkFailure failure{meaning.problem, meaning.text, std::nullopt};
  if (refused.retry_after_ms() > 0) failure.retry_after = std::chrono::milliseconds(refused.retry_after_ms());
  const bool clock_is_off = clock_offset && std::chrono::abs(*clock_offset) > kClockTolerance;
  if (refused.refusal() == wire::REFUSAL_EXPIRED && clock_is_off) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(*clock_offset));
    failure.problem = ServerProblem::kClock;
    failure.explanation = "This machine's clock and the server's are " + std::to_string(minutes.count()) +
                          " minutes apart, so that a record seems out of date: set the clock.";
  }
  return failure;
}

Error request_error_of(const wire::Refused& refused) {
  const Meaning& meaning = meaning_of(refused.refusal());
  Error error{meaning.code, meaning.text};
  if (refused.retry_after_ms() > 0) {
    error.message += " Try again in " + std::to_string((refused.retry_after_ms() + 999) / 1000) + " s.";
  }
  return error;
}

}  // namespace sotto::signaling
