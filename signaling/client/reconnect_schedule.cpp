#include "signaling/client/reconnect_schedule.hpp"

#include <algorithm>

namespace sotto::signaling {
namespace {

// Base and limit of the back-off; the shortest keeps a link that fails at once from spinning.
constexpr Duration kFirstDelay = 500ms;
constexpr Duration kLongestDelay = 30s;
constexpr Duration kShortestDelay = 20ms;
constexpr int kDoublings = 6;  // 500 ms * 2^6 = 32 s

/// A link that lived longer was a good one: its end is no sign that the next fails.
constexpr Duration kGoodLink = 60s;

constexpr Duration kCertificateDelay = 60s;
constexpr Duration kRefusedDelay = 5min;
constexpr Duration kLongestServerDelay = 10min;

}  // namespace

void ReconnectSchedule::on_signed_in(Timestamp now) { signed_in_at_ = now; }

std::optional<Duration> ReconnectSchedule::on_failure(const LinkFailure& failure, Timestamp now) {
  if (signed_in_at_ && now - *signed_in_at_ > kGoodLink) failures_ = 0;
  signed_in_at_.reset();
  switch (failure.problem) {
    case ServerProblem::kNone:
      return Duration::zero();
    case ServerProblem::kName:
    case ServerProblem::kRoute:
    case ServerProblem::kPort:
    case ServerProblem::kTimeout:
    case ServerProblem::kProxy:
    case ServerProblem::kTls:
    case ServerProblem::kProtocol:
    case ServerProblem::kLost:
      return back_off();
    case ServerProblem::kOverloaded:
      // Never before it asked for; a little later, each of us at another time.
      return std::min(failure.retry_after.value_or(Duration::zero()), kLongestServerDelay) + back_off();
    case ServerProblem::kPin:
    case ServerProblem::kCertificate:
      return around(kCertificateDelay);
    case ServerProblem::kClock:
    case ServerProblem::kNotRegistered:
    case ServerProblem::kRefused:
      return around(kRefusedDelay);
    case ServerProblem::kRevoked:
      return std::nullopt;
  }
  return std::nullopt;
}

Duration ReconnectSchedule::back_off() {
  const Duration limit = std::min(kLongestDelay, kFirstDelay * (1 << std::min(failures_, kDoublings)));
  ++failures_;
  return std::max(kShortestDelay, up_to(limit));
}

Duration ReconnectSchedule::around(Duration duration) { return duration * 4 / 5 + up_to(duration * 2 / 5); }

Duration ReconnectSchedule::up_to(Duration limit) {
  return Duration(static_cast<Duration::rep>(random_.u64() % (static_cast<uint64_t>(limit.count()) + 1)));
}

}  // namespace sotto::signaling
