#include "tools/bench/machine_report.hpp"

#include <openssl/crypto.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

#include <sotto/engine.hpp>

#include "tools/demo/format.hpp"
#include "tools/doctor/packages.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

// What OpenSSL, libvpx and Opus choose their code by. The last three are ARM's names.
constexpr std::array<std::string_view, 13> kFeatures = {"sse4_1", "avx",   "avx2",       "avx512f", "avx512bw",
                                                        "aes",    "vaes",  "vpclmulqdq", "sha_ni",  "hypervisor",
                                                        "asimd",  "pmull", "sve"};

/// What stands behind the first line's colon that begins with `name`.
std::string value_of(const std::string& text, std::string_view name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

std::string file_text(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm date{};
  gmtime_r(&now, &date);
  return format("%04d-%02d-%02d", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
}

std::string system_name() {
  utsname names{};
  return uname(&names) == 0 ? std::string(names.sysname) + " " + names.release + " " + names.machine : std::string();
}

/// Over the last minute.
double load_average() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

json libraries() {
  json versions = {{"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)}};
  for (const LibraryFix& library : library_fixes()) {
    const std::string installed = package_state(library).installed;
    if (!installed.empty()) versions[library.package] = installed;
  }
  return versions;
}

}  // namespace

json processor_report(const std::string& cpuinfo) {
  std::istringstream words(value_of(cpuinfo, "flags") + " " + value_of(cpuinfo, "Features"));
  json features = json::array();
  for (std::string word; words >> word;) {
    if (std::find(kFeatures.begin(), kFeatures.end(), word) != kFeatures.end()) features.push_back(word);
  }
  return {{"model", value_of(cpuinfo, "model name")}, {"features", features}};
}

json machine_report() {
  return {{"sotto", version()},
          {"date", today()},
          {"system", system_name()},
          {"processor", processor_report(file_text("/proc/cpuinfo"))},
          {"cores", std::thread::hardware_concurrency()},
          {"load_average", load_average()},
          {"libraries", libraries()}};
}

std::string machine_line(const json& machine) {
  const auto& processor = machine.at("processor");
  std::string features;
  for (const auto& feature : processor.at("features")) features += " " + feature.get<std::string>();
  return format("sotto %s, %s, %s, %u cores, load %.2f\n%s%s\n", machine.at("sotto").get<std::string>().c_str(),
                machine.at("date").get<std::string>().c_str(), machine.at("system").get<std::string>().c_str(),
                machine.at("cores").get<unsigned>(), machine.at("load_average").get<double>(),
                processor.at("model").get<std::string>().c_str(), features.empty() ? "" : (" with" + features).c_str());
}

}  // namespace sotto::tools
