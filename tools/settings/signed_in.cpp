#include "tools/settings/signed_in.hpp"

#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>

namespace sotto::tools {
namespace {

/// What the engine's thread has said last, for the thread that waits.
struct Progress {
  std::mutex mutex;
  std::condition_variable changed;
  ServerStatus status;
};

bool settled(const ServerStatus& status) {
  return status.state == ServerState::kSignedIn || status.state == ServerState::kRefused;
}

}  // namespace

Result<SignedIn> sign_in(EngineOptions options, Duration patience) {
  if (options.server.empty()) {
    return Error{ErrorCode::kInvalidArgument, "Which server? Give --server HOST:PORT#PIN, as `sotto serve` prints it."};
  }
  // Shared with the callback, which the engine may still hold while this function is being left.
  const auto progress = std::make_shared<Progress>();
  Result<std::unique_ptr<Engine>> engine = Engine::create(std::move(options));
  if (!engine) return engine.error();
  (*engine)->on_server_status([progress](const ServerStatus& status) {
    const std::lock_guard lock(progress->mutex);
    if (status.state == ServerState::kWaiting && status.explanation != progress->status.explanation) {
      std::fprintf(stderr, "%s It tries again.\n", status.explanation.c_str());
    }
    // One that only says "connecting" again leaves the last explanation.
    const std::string before = std::exchange(progress->status, status).explanation;
    if (progress->status.explanation.empty()) progress->status.explanation = before;
    progress->changed.notify_all();
  });
  std::unique_lock lock(progress->mutex);
  const bool in_time = progress->changed.wait_for(lock, patience, [&] { return settled(progress->status); });
  const ServerStatus status = progress->status;
  lock.unlock();
  if (!in_time) {
    return Error{ErrorCode::kTimeout, status.explanation.empty() ? "The server does not answer." : status.explanation};
  }
  if (status.state == ServerState::kRefused) return Error{ErrorCode::kRefused, status.explanation};
  return SignedIn{std::move(*engine), status.name};
}

}  // namespace sotto::tools
