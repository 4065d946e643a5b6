#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/demo/direction.hpp"
#include "tools/demo/wire_check.hpp"

namespace sotto::tools {

/// All that a demonstration measured.
struct Summary {
  struct Peer {
    std::string name;
    nlohmann::json statistics = nlohmann::json::object();  ///< what it said of itself (statistics_report.hpp)
    std::string end_reason;
    double cpu_per_second = 0;  ///< CPU seconds a second of the call
    double peak_memory_mb = 0;
    double sent_kbps = 0;  ///< UDP payload
  };

  std::string version;
  std::string network;  ///< what was emulated around Alice's path; empty: nothing
  WallTime began{};     ///< when Alice dialled
  int width = 0;
  int height = 0;
  double seconds = 0;                   ///< from accept to hanging up
  double dial_to_ringing_ms = 0;        ///< until it rings at the callee
  std::array<Peer, 2> peers;            ///< Alice, who calls, and Bob
  std::array<Direction, 2> directions;  ///< what Alice sent, what Bob sent
  bool wire_wanted = true;
  std::optional<WireReport> wire;
  std::string wire_problem;  ///< why there is no report though one was wanted
};

/// One thing that must hold.
struct Check {
  std::string what;  ///< "Bob sees what Alice sent"
  bool passed = false;
  std::string detail;  ///< the figures that it was judged by
};

std::vector<Check> check(const Summary& summary);

/// The report for people, with the checks at its end.
std::string to_text(const Summary& summary, const std::vector<Check>& checks);

/// The same for programs.
nlohmann::json to_json(const Summary& summary, const std::vector<Check>& checks);

}  // namespace sotto::tools
