#pragma once

#include <memory>
#include <optional>
#include <string>

#include <sotto/engine.hpp>

#include "tools/call/echo.hpp"
#include "tools/call/live_media.hpp"
#include "tools/call/media_feed.hpp"
#include "tools/call/trace.hpp"
#include "tools/settings/account_options.hpp"

namespace sotto::tools {

/// What `sotto call` and `sotto answer` have in common.
struct CallOptions {
  IdentityOptions identity;
  ServerOptions server;
  MediaFeedRequest media;
  std::string size = "640x360";
  bool audio_only = false;
  std::optional<int> seconds;
  std::string record;
  std::string trace;
  bool json = false;
  bool relay_only = false;
  std::vector<std::string> local_addresses;
  std::string network;
};
void add_call_options(CLI::App& command, CallOptions& options);

/// Reads the picture's size into the request for media. kInvalidArgument, saying why, if the options cannot be used
/// together.
Result<void> check(CallOptions& options);

/// What this side brings to a call: a feed, or an echo of the other side. Lives as long as the call.
class OwnMedia {
 public:
  static Result<OwnMedia> prepare(const CallOptions& options, bool echo);
  /// Begins to play.
  CallMedia begin(const CallOptions& options);
  const std::shared_ptr<Echo>& echo() const { return echo_; }

 private:
  OwnMedia() = default;
  std::unique_ptr<MediaFeed> feed_;
  std::shared_ptr<Echo> echo_;
  std::unique_ptr<LiveMedia> live_;
};

/// The trace that was asked for, or none.
Result<std::shared_ptr<Trace>> open_trace(const CallOptions& options);

}  // namespace sotto::tools
