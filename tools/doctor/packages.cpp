#include "tools/doctor/packages.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace sotto::tools {
namespace {

/// The first line that a command prints. The command is made of the table below alone, never of what comes from
/// outside.
std::string first_line_of(const std::string& command) {
  struct Close {
    void operator()(std::FILE* pipe) const { pclose(pipe); }
  };
  const std::unique_ptr<std::FILE, Close> pipe(popen((command + " 2>/dev/null").c_str(), "re"));
  std::array<char, 256> line{};
  if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) return {};
  std::string text(line.data());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

bool has_dpkg() { return !first_line_of("command -v dpkg-query").empty(); }

}  // namespace

const std::vector<LibraryFix>& library_fixes() {
  // Debian's versions; those of upstream releases say less, because fixes are carried back.
  static const std::vector<LibraryFix> fixes = {
      {"libvpx7", "1.12.0-1+deb12u5", "the VP8 overflows CVE-2023-5217 and CVE-2024-5197, and what followed"},
      {"libssl3", "3.0.15-1~deb12u1", "OpenSSL's fixes of 2024"},
      {"libsodium23", "1.0.18-1+deb12u1", "CVE-2025-69277"},
      {"libsrtp2-1", "2.5.0-3", "the length checks of 2.5"},
      {"libnice10", "0.1.21-1", "the use-after-free on changed credentials"},
      {"libopus0", "1.3.1-3", "CVE-2017-0381"},
      {"libprotobuf-lite32", "3.21.12-3+deb12u1", "CVE-2022-1941 and CVE-2024-7254"},
  };
  return fixes;
}

PackageState package_state(const LibraryFix& fix) {
  PackageState state;
  state.installed = first_line_of(std::string("dpkg-query -W -f='${Version}\\n' ") + fix.package);
  if (state.installed.empty()) return state;
  state.fixed =
      std::system(("dpkg --compare-versions '" + state.installed + "' ge '" + fix.fixed_in + "'").c_str()) == 0;
  return state;
}

Finding judge(const LibraryFix& fix, const PackageState& state) {
  if (state.installed.empty()) {
    return {Finding::Verdict::kNote, fix.package, "not installed as this package",
            "See that yours has " + std::string(fix.what) + " mended."};
  }
  if (state.fixed) return {Finding::Verdict::kOk, fix.package, state.installed, {}};
  return {Finding::Verdict::kWarning, fix.package, state.installed + " lacks fixes: " + fix.what,
          "Upgrade to " + std::string(fix.fixed_in) + " or later: apt-get install --only-upgrade " + fix.package};
}

std::vector<Finding> check_libraries() {
  if (!has_dpkg()) {
    return {{Finding::Verdict::kNote, "libraries", "no Debian system: their versions were not looked at", {}}};
  }
  std::vector<Finding> findings;
  for (const LibraryFix& fix : library_fixes()) findings.push_back(judge(fix, package_state(fix)));
  return findings;
}

}  // namespace sotto::tools
