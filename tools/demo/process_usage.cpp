#include "tools/demo/process_usage.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace sotto::tools {
namespace {

std::string folder_of(pid_t process) { return "/proc/" + std::to_string(process); }

/// The inode numbers of its sockets.
std::set<uint64_t> sockets_of(pid_t process) {
  std::set<uint64_t> sockets;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(process) + "/fd", failed)) {
    const std::string target = std::filesystem::read_symlink(entry.path(), failed).string();
    constexpr std::string_view kPrefix = "socket:[";
    if (target.starts_with(kPrefix)) sockets.insert(std::strtoull(target.c_str() + kPrefix.size(), nullptr, 10));
  }
  return sockets;
}

}  // namespace

std::optional<ProcessUsage> usage_of(pid_t process) {
  // proc(5): the name in parentheses may hold anything; utime and stime are fields 14 and 15, the name is the second.
  std::ifstream stat(folder_of(process) + "/stat");
  std::string line;
  if (!std::getline(stat, line) || line.rfind(')') == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  int64_t user = 0, system = 0;
  fields >> user >> system;

  ProcessUsage usage;
  usage.cpu_seconds = static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::ifstream status(folder_of(process) + "/status");
  while (std::getline(status, line)) {
    if (line.starts_with("VmHWM:")) usage.peak_memory_mb = std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return usage;
}

std::set<uint16_t> udp_ports_of(pid_t process) {
  const std::set<uint64_t> sockets = sockets_of(process);
  std::set<uint16_t> ports;
  for (const char* table : {"/net/udp", "/net/udp6"}) {
    std::ifstream lines(folder_of(process) + table);
    std::string line;
    while (std::getline(lines, line)) {
      // sl local_address:port remote_address:port state tx:rx tr:when retransmits uid timeout inode ..
      std::istringstream fields(line);
      std::string local, skipped;
      uint64_t inode = 0;
      fields >> skipped >> local;
      for (int field = 3; field < 10; ++field) fields >> skipped;
      fields >> inode;
      const size_t colon = local.rfind(':');
      if (!fields || colon == std::string::npos || !sockets.contains(inode)) continue;
      ports.insert(static_cast<uint16_t>(std::strtoul(local.c_str() + colon + 1, nullptr, 16)));
    }
  }
  return ports;
}

}  // namespace sotto::tools
