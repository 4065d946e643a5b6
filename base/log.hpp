#pragma once

#include <functional>
#include <string_view>

namespace sotto {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// Receives each line. Called from any of the engine's threads; must not call back into the engine.
using LogSink = std::function<void(LogLevel level, std::string_view room, std::string_view message)>;

/// Sets where log lines go and from which level on; nowhere by default. Before the first Engine is made.
void set_log_sink(LogSink sink, LogLevel least = LogLevel::kInfo);

/// Whether a line of this level would go anywhere: ask before composing a costly one.
bool log_enabled(LogLevel level);

/// Hands a line to the sink. `room` is the folder it comes from. Never put keys, addresses or names into it.
void log(LogLevel level, std::string_view room, std::string_view message);

}  // namespace sotto
