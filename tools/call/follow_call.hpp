#pragma once

#include <memory>
#include <optional>
#include <string>

#include <sotto/call.hpp>

#include "tools/call/call_reporter.hpp"
#include "tools/call/echo.hpp"
#include "tools/call/trace.hpp"
#include "tools/harness/interruption.hpp"

namespace sotto::tools {

struct FollowOptions {
  std::optional<int> seconds;            ///< hang up that long after the accept; nothing: at Ctrl-C
  std::string record;                    ///< folder for what is received; empty: nothing is kept
  std::shared_ptr<Echo> echo = nullptr;  ///< gets what is received
  std::shared_ptr<Trace> trace = nullptr;
  bool json = false;  ///< one JSON object on standard output at the end; all else on standard error
  std::shared_ptr<CallReporter> reporter = nullptr;  ///< told of the call, and asked for its report at the end
};

/// Plays and shows a call until it is over, with a line a second about how it goes. Hangs up when interrupted. The exit
/// code: 0 if both have talked and one of them hung up.
int follow_call(const std::shared_ptr<Call>& call, const FollowOptions& options, const Interruption& interruption);

}  // namespace sotto::tools
