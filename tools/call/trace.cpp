#include "tools/call/trace.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "tools/harness/statistics_report.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

// Of a statistics report, what would tell who spoke with whom.
constexpr const char* kPrivate[] = {"local_fingerprint", "peer_fingerprint", "dialed_us"};

}  // namespace

Result<std::shared_ptr<Trace>> Trace::create(const std::string& path) {
  // Not for others: sizes and times of a call are nobody's business.
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  std::FILE* const file = descriptor < 0 ? nullptr : fdopen(descriptor, "w");
  if (file == nullptr) {
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    return Error{ErrorCode::kUnavailable, "cannot write the trace to " + path + ": " + std::strerror(error)};
  }
  return std::shared_ptr<Trace>(new Trace(std::unique_ptr<std::FILE, Close>(file)));
}

void Trace::write(std::string_view event, const std::string& rest) {
  const std::lock_guard lock(mutex_);
  std::fprintf(file_.get(), "{\"ms\":%.1f,\"event\":\"%.*s\",%s}\n",
               std::chrono::duration<double, std::milli>(monotonic_now() - start_).count(),
               static_cast<int>(event.size()), event.data(), rest.c_str());
  std::fflush(file_.get());
}

void Trace::state(CallState state, EndReason reason) {
  std::string rest = "\"state\":\"" + std::string(to_string(state)) + "\"";
  if (reason != EndReason::kNone) rest += ",\"reason\":\"" + std::string(to_string(reason)) + "\"";
  write("call", rest);
}

void Trace::server(ServerState state, ServerProblem problem) {
  // The explanation may hold names and addresses, so it stays out.
  write("server",
        "\"state\":\"" + std::string(to_string(state)) + "\",\"problem\":\"" + std::string(to_string(problem)) + "\"");
}

void Trace::statistics(const CallStatistics& statistics) {
  write("statistics", "\"statistics\":" + statistics_line(statistics));
}

std::string Trace::statistics_line(const CallStatistics& statistics) {
  json report = statistics_report(statistics);
  for (const char* name : kPrivate) report.erase(name);
  return report.dump();
}

}  // namespace sotto::tools
