#include "tools/bench/own_usage.hpp"

#include <pthread.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sotto::tools {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double own_status_mb(std::string_view name) {
  return static_cast<double>(number_in(text_of("/proc/self/status"), name)) / 1024;
}

}  // namespace

std::map<std::string, ThreadUsage> usage_by_thread_name() {
  std::map<std::string, ThreadUsage> usage;
  std::error_code failed;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", failed)) {
    std::string name = text_of(thread.path() / "comm");
    if (name.empty()) continue;  // it has just ended
    name.pop_back();             // the end of the line
    ThreadUsage& of_name = usage[name];
    // Time on a processor in nanoseconds comes first.
    of_name.cpu += CpuTime(number_in(text_of(thread.path() / "schedstat"), ""));
    of_name.wakeups += number_in(text_of(thread.path() / "status"), "voluntary_ctxt_switches:");
  }
  return usage;
}

std::map<std::string, ThreadUsage> difference(const std::map<std::string, ThreadUsage>& before,
                                              const std::map<std::string, ThreadUsage>& after) {
  std::map<std::string, ThreadUsage> used;
  for (const auto& [name, usage] : after) {
    const auto found = before.find(name);
    const ThreadUsage earlier = found == before.end() ? ThreadUsage{} : found->second;
    if (usage.cpu < earlier.cpu || usage.wakeups < earlier.wakeups) continue;  // one of them has ended
    used[name] = {usage.cpu - earlier.cpu, usage.wakeups - earlier.wakeups};
  }
  return used;
}

NameForNewThreads::NameForNewThreads(const char* name) {
  pthread_getname_np(pthread_self(), former_, sizeof former_);
  pthread_setname_np(pthread_self(), name);
}

NameForNewThreads::~NameForNewThreads() { pthread_setname_np(pthread_self(), former_); }

double memory_mb() { return own_status_mb("VmRSS:"); }
double peak_memory_mb() { return own_status_mb("VmHWM:"); }

void forget_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

uint64_t number_in(std::string_view text, std::string_view name) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    uint64_t number = 0;
    std::from_chars(line.data(), line.data() + line.size(), number);
    return number;
  }
  return 0;
}

}  // namespace sotto::tools
