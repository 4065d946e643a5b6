#include "base/log.hpp"

#include <atomic>
#include <mutex>
#include <utility>

namespace sotto {
namespace {

std::mutex sink_mutex;
LogSink current_sink;
std::atomic<int> threshold{static_cast<int>(LogLevel::kError) + 1};

}  // namespace

void set_log_sink(LogSink sink, LogLevel least) {
  const std::lock_guard lock(sink_mutex);
  threshold = sink ? static_cast<int>(least) : static_cast<int>(LogLevel::kError) + 1;
  current_sink = std::move(sink);
}

bool log_enabled(LogLevel level) { return static_cast<int>(level) >= threshold.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view room, std::string_view message) {
  if (!log_enabled(level)) return;
  const std::lock_guard lock(sink_mutex);
  if (current_sink) current_sink(level, room, message);
}

}  // namespace sotto
