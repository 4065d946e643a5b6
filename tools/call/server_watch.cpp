#include "tools/call/server_watch.hpp"

#include <poll.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace sotto::tools {
namespace {

std::string describe(const ServerStatus& status) {
  switch (status.state) {
    case ServerState::kConnecting:
    case ServerState::kStopped:
      return {};
    case ServerState::kSignedIn:
      return "signed in as " + status.name;
    case ServerState::kRefused:
      return status.explanation;
    case ServerState::kWaiting: {
      std::string text = status.explanation;
      if (status.retry_in) {
        const double seconds = std::chrono::duration<double>(*status.retry_in).count();
        text += " Trying again in " + std::to_string(static_cast<int>(std::ceil(seconds))) + " s.";
      }
      return text;
    }
  }
  return {};
}

}  // namespace

ServerWatch::ServerWatch(Engine& engine, std::shared_ptr<Trace> trace, std::FILE* to) : engine_(engine) {
  engine_.on_server_status([shared = shared_, trace = std::move(trace), to](const ServerStatus& status) {
    if (trace) trace->server(status.state, status.problem);
    bool news = false;
    {
      const std::lock_guard lock(shared->mutex);
      news = shared->status.state != status.state || shared->status.problem != status.problem;
      shared->status = status;
    }
    const std::string text = describe(status);
    if (news && !text.empty()) {
      std::fprintf(to, "server: %s\n", text.c_str());
      std::fflush(to);
    }
    shared->wake.notify();
  });
}

ServerWatch::~ServerWatch() { engine_.on_server_status(nullptr); }

Result<void> ServerWatch::wait_until_signed_in(std::optional<Duration> patience, const Interruption& interruption) {
  const Timestamp start = monotonic_now();
  while (true) {
    ServerStatus status;
    {
      const std::lock_guard lock(shared_->mutex);
      status = shared_->status;
    }
    if (status.state == ServerState::kSignedIn) return {};
    if (status.state == ServerState::kRefused) return Error{ErrorCode::kRefused, status.explanation};
    const Timestamp now = monotonic_now();
    if (patience && now >= start + *patience) {
      return Error{ErrorCode::kUnavailable,
                   status.explanation.empty() ? "The server does not answer." : status.explanation};
    }
    if (!interruption.check()) return Error{ErrorCode::kTimeout, "interrupted"};
    pollfd waited[] = {{shared_->wake.descriptor(), POLLIN, 0}, {interruption.descriptor(), POLLIN, 0}};
    int timeout = -1;
    if (patience) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(start + *patience - now);
      timeout = static_cast<int>(std::clamp<int64_t>(left.count() + 1, 1, 60000));
    }
    poll(waited, 2, timeout);
    shared_->wake.clear();
  }
}

}  // namespace sotto::tools
