#include "tests/house/include_rules.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

namespace sotto::house {
namespace {

struct Include {
  std::string_view name;
  size_t line = 0;  ///< from 1
  bool quoted = false;
};

struct Library {
  std::string_view header;  ///< How the names of its headers begin.
  std::vector<std::string_view> homes;
};

// Who may see the headers of a library, by how paths begin. ARCHITECTURE.md says why each library is there.
const std::array kLibraries = {
    Library{"openssl/",
            {"base/", "transport/dtls/", "signaling/link/", "signaling/client/", "signaling/server/",
             "engine/simulation/", "tools/"}},
    Library{"sodium", {"base/crypto/"}},
    Library{"asio", {"signaling/detail/"}},
    Library{"sqlite3", {"signaling/server/"}},
    Library{"qrencode", {"tools/"}},
    Library{"srtp2/", {"transport/srtp/"}},
    Library{"nice/", {"transport/ice/"}},
    Library{"glib", {"transport/ice/", "engine/"}},
    Library{"opus", {"media/audio/"}},
    Library{"webrtc/", {"media/audio/processing/detail/"}},
    Library{"modules/audio_processing/", {"media/audio/processing/detail/"}},
    Library{"samplerate", {"media/audio/processing/"}},
    Library{"vpx/", {"media/video/"}},
    Library{"libyuv", {"media/video/"}},
    Library{"google/protobuf/", {"signaling/"}},
    Library{"libav", {"tools/media_file/"}},
    Library{"libsw", {"tools/media_file/"}},
    Library{"pcap", {"tools/"}},
    Library{"png", {"tools/"}},
    Library{"kissfft/", {"tools/report/", "tools/bench_audio/"}},
    Library{"speex/", {"tools/bench/"}},
    Library{"webp/", {"tools/report/"}},
    Library{"CLI/", {"tools/"}},
    Library{"nlohmann/", {"tools/"}},
};

std::string_view top_folder(std::string_view path) { return path.substr(0, path.find('/')); }

// How high a top folder stands; nothing for what is no floor of the house.
std::optional<int> floor_of(std::string_view path) {
  static const std::map<std::string_view, int> kFloors = {
      {"base", 0}, {"media", 1}, {"transport", 1}, {"signaling", 1}, {"engine", 2}, {"tools", 3}, {"tests", 4}};
  const auto found = kFloors.find(top_folder(path));
  return found == kFloors.end() ? std::nullopt : std::optional(found->second);
}

bool is_test(std::string_view path) { return top_folder(path) == "tests"; }

bool is_generated(std::string_view name) { return name.ends_with(".pb.h"); }

// Where time and random numbers are made up: nothing that people use may be able to reach it.
bool is_simulation(std::string_view path) { return path.starts_with("engine/simulation/"); }
bool may_simulate(std::string_view path) {
  return is_simulation(path) || is_test(path) || path.starts_with("tools/bench_setup/");
}

bool is_detail(std::string_view path) { return path.find("/detail/") != std::string_view::npos; }

bool is_public(std::string_view path) { return path.find("/include/sotto/") != std::string_view::npos; }

bool is_standard(std::string_view name) { return name.find_first_of("/.") == std::string_view::npos; }

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> includes;
  size_t number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    constexpr std::string_view kDirective = "#include ";
    if (!line.starts_with(kDirective)) continue;
    line.remove_prefix(kDirective.size());
    if (line.size() < 2 || (line[0] != '"' && line[0] != '<')) continue;
    const bool quoted = line[0] == '"';
    const size_t end = line.find(quoted ? '"' : '>', 1);
    includes.push_back({line.substr(1, end - 1), number, quoted});
  }
  return includes;
}

class Checker {
 public:
  explicit Checker(const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) {
      files_.emplace(file.path, &file);
      const size_t begin = file.path.find("/include/sotto/");
      if (begin != std::string::npos) public_headers_.emplace(file.path.substr(begin + 9), file.path);
    }
  }

  std::vector<std::string> run() {
    for (const auto& [path, file] : files_) check(*file);
    for (const auto& [path, file] : files_) find_circles(path);
    return std::move(faults_);
  }

 private:
  // The file of the tree that an include in `path` means, if it is one of ours. Tests also name what lies beside them.
  std::optional<std::string_view> resolve(std::string_view path, const Include& include) const {
    if (is_test(path) && include.quoted) {
      const std::string beside = std::string(path.substr(0, path.rfind('/') + 1)) + std::string(include.name);
      if (const auto found = files_.find(beside); found != files_.end()) return found->first;
    }
    if (const auto found = files_.find(include.name); found != files_.end()) return found->first;
    if (const auto found = public_headers_.find(include.name); found != public_headers_.end()) return found->second;
    return std::nullopt;
  }

  void fault(std::string_view path, size_t line, const std::string& what) {
    faults_.push_back(std::string(path) + ":" + std::to_string(line) + ": " + what);
  }

  void check(const SourceFile& file) {
    const std::vector<Include> includes = includes_of(file.text);
    for (const Include& include : includes) {
      const std::string name(include.name);
      const std::optional<std::string_view> target = resolve(file.path, include);
      const bool ours = include.quoted || include.name.starts_with("sotto/");
      if (ours && !target && !is_generated(include.name)) {
        fault(file.path, include.line, name + " is no file of the tree (paths are from its top)");
        continue;
      }
      if (ours) check_direction(file.path, include.line, target.value_or(include.name));
      if (!ours) check_library(file.path, include);
      if (is_public(file.path) && !is_standard(include.name) && !(target && is_public(*target))) {
        fault(file.path, include.line, "a public header includes " + name + ", which applications do not have");
      }
      const bool is_face = is_header(file.path) && !is_detail(file.path) && !is_test(file.path);
      if (is_face && is_generated(include.name)) {
        fault(file.path, include.line, "generated code stays in .cpp files, " + name + " would leak from a header");
      }
    }
    if (is_header(file.path) && !file.text.starts_with("#pragma once\n")) {
      fault(file.path, 1, "a header begins with #pragma once");
    }
    check_own_header_first(file.path, includes);
  }

  void check_direction(std::string_view path, size_t line, std::string_view target) {
    const std::string from(top_folder(path));
    const std::string to(top_folder(target));
    const auto floor = floor_of(path);
    const auto target_floor = floor_of(target);
    if (!floor || !target_floor) {
      fault(path, line, "neither " + from + " nor " + to + " may be outside of the house");
    } else if (from != to && *floor < *target_floor) {
      fault(path, line, from + " includes " + std::string(target) + ", which stands above it");
    } else if (from != to && *floor == *target_floor) {
      fault(path, line,
            from + " includes " + std::string(target) + "; " + from + " and " + to + " do not know each other");
    }
    if (is_simulation(target) && !may_simulate(path)) {
      fault(path, line, std::string(target) + " is for tests and measurements alone");
    }
    const bool may_see_detail = from == to && (!is_header(path) || is_detail(path));
    if (is_detail(target) && !may_see_detail && !is_test(path)) {
      fault(path, line, std::string(target) + " is for .cpp files of " + to + " alone");
    }
  }

  void check_library(std::string_view path, const Include& include) {
    if (is_test(path)) return;
    for (const Library& library : kLibraries) {
      if (!include.name.starts_with(library.header)) continue;
      const bool at_home = std::any_of(library.homes.begin(), library.homes.end(),
                                       [&](std::string_view home) { return path.starts_with(home); });
      if (!at_home) fault(path, include.line, "<" + std::string(include.name) + "> is not for this room");
    }
  }

  void check_own_header_first(std::string_view path, const std::vector<Include>& includes) {
    if (!path.ends_with(".cpp")) return;
    const std::string own = std::string(path.substr(0, path.size() - 4)) + ".hpp";
    if (!files_.contains(own)) return;
    if (includes.empty() || resolve(path, includes.front()) != own)
      fault(path, 1, "its own header is not the first include");
  }

  // Depth first over what `path` includes; a file that is met again while it is still being walked closes a circle.
  void find_circles(std::string_view path) {
    if (done_.contains(path)) return;
    if (const auto begin = std::find(trail_.begin(), trail_.end(), path); begin != trail_.end()) {
      std::string circle;
      for (auto step = begin; step != trail_.end(); ++step) circle += std::string(*step) + " -> ";
      fault(path, 1, "circle: " + circle + std::string(path));
      return;
    }
    trail_.push_back(path);
    for (const Include& include : includes_of(files_.find(path)->second->text)) {
      if (const auto target = resolve(path, include)) find_circles(*target);
    }
    trail_.pop_back();
    done_.emplace(path, true);
  }

  std::map<std::string, const SourceFile*, std::less<>> files_;
  std::map<std::string, std::string, std::less<>> public_headers_;  ///< "sotto/call.hpp" to its path
  std::map<std::string, bool, std::less<>> done_;
  std::vector<std::string_view> trail_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> include_faults(const std::vector<SourceFile>& files) { return Checker(files).run(); }

}  // namespace sotto::house
