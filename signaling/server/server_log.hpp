#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <sotto/time.hpp>

namespace sotto::signaling {

/// What stands beside an event. Never a name, an account, an address or a key.
using LogField = std::pair<std::string_view, std::variant<std::string_view, uint64_t>>;

/// Writes what happens to the server, a line an event, for people or for programs. One thread at a time.
class ServerLog {
 public:
  enum class Format { kJson, kText };
  using Sink = std::function<void(std::string_view line)>;

  /// Without a sink it is silent.
  ServerLog(Format format, Sink sink) : format_(format), sink_(std::move(sink)) {}

  /// {"time":"2026-01-02T03:04:05.678Z","event":"...","field":...} or "2026-01-02T03:04:05.678Z event field=..."
  void write(WallTime time, std::string_view event, std::initializer_list<LogField> fields = {}) const;

 private:
  const Format format_;
  const Sink sink_;
};

}  // namespace sotto::signaling
