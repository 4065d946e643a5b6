#include "tools/demo/switchboard.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "tools/harness/json_text.hpp"

namespace sotto::tools {

Result<nlohmann::json> Switchboard::wait_for(PeerProcess& peer, const std::string& event, Duration patience) {
  const Timestamp give_up = monotonic_now() + patience;
  while (true) {
    if (std::optional<nlohmann::json> message = peer.take(event)) return std::move(*message);
    if (peer.ended()) return peer.failure("ended before it said '" + event + "'");
    if (monotonic_now() >= give_up) {
      return peer.failure("did not say '" + event + "' within " + std::to_string(patience / 1s) + " s");
    }
    if (const Result<void> served = serve(give_up); !served.ok()) return served.error();
  }
}

Result<void> Switchboard::run_until(Timestamp time) {
  while (monotonic_now() < time) {
    for (PeerProcess* peer : {&a_, &b_}) {
      if (peer->ended()) return peer->failure("ended in the middle of the call");
    }
    if (const Result<void> served = serve(time); !served.ok()) return served;
  }
  return {};
}

Result<void> Switchboard::serve(Timestamp time) {
  // poll() passes over negative descriptors: those of peers that have nothing more to say.
  std::array<pollfd, 3> outputs{pollfd{a_.ended() ? -1 : a_.output(), POLLIN, 0},
                                pollfd{b_.ended() ? -1 : b_.output(), POLLIN, 0},
                                pollfd{interruption_.descriptor(), POLLIN, 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - monotonic_now());
  const int ready =
      ::poll(outputs.data(), outputs.size(), static_cast<int>(std::clamp<int64_t>(left.count(), 0, 1'000'000)));
  if (ready < 0 && errno != EINTR) return Error{ErrorCode::kInternal, std::strerror(errno)};
  if (ready <= 0) return {};
  // Before the peers: a key that interrupts this program ends them too, and they are not to blame.
  if (Result<void> going_on = interruption_.check(); !going_on.ok()) return going_on;
  if (outputs[0].revents != 0) a_.read(b_);
  if (outputs[1].revents != 0) b_.read(a_);
  for (PeerProcess* peer : {&a_, &b_}) {
    if (const std::optional<nlohmann::json> error = peer->take("error")) {
      return peer->failure("says: " + text_of(*error, "error").value_or("unknown error"));
    }
  }
  return {};
}

}  // namespace sotto::tools
