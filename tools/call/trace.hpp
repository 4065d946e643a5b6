#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <sotto/call.hpp>
#include <sotto/server_status.hpp>

namespace sotto::tools {

/// What happened in a call and when, a JSON object a line, to be passed on when something went wrong: it holds no
/// secrets, no addresses, no names and no fingerprints. Any thread.
class Trace {
 public:
  /// kUnavailable if the file cannot be written.
  static Result<std::shared_ptr<Trace>> create(const std::string& path);

  void state(CallState state, EndReason reason);
  void server(ServerState state, ServerProblem problem);
  void statistics(const CallStatistics& statistics);

  /// The lines without their time: what statistics() writes.
  static std::string statistics_line(const CallStatistics& statistics);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit Trace(std::unique_ptr<std::FILE, Close> file) : file_(std::move(file)) {}
  void write(std::string_view event, const std::string& rest);

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
  const Timestamp start_ = monotonic_now();
};

}  // namespace sotto::tools
