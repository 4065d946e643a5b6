#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/linkem/one_way_link.hpp"

namespace sotto::lab {

/// A change of the link's settings at some time after the start.
struct ScheduledChange {
  double at = 0;          ///< seconds
  std::string direction;  ///< "ab", "ba" or "both"
  std::string settings;
};

struct EmulatorOptions {
  std::string space_a;  ///< network namespaces
  std::string space_b;
  std::string device = "eth0";
  std::vector<ScheduledChange> initial;  ///< at once
  std::vector<ScheduledChange> schedule;
  uint64_t seed = 1;
  std::string statistics;  ///< a file, or nothing: standard output
  bool starts_by_itself = false;
};

/// "T ab|ba|both KEY=VALUE,...". Throws std::invalid_argument.
ScheduledChange parse_change(const std::string& text);

/// A device in each of two namespaces, and a link between them, in real time.
class Emulator {
 public:
  /// Throws std::runtime_error or std::invalid_argument.
  explicit Emulator(const EmulatorOptions& options);
  ~Emulator();
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  /// Carries packets until "quit" or the end of standard input, or a SIGTERM or SIGINT.
  void run();

 private:
  void set(std::string_view direction, std::string_view settings);
  void apply_schedule(double now);
  void deliver(double now);
  void sleep_until_something_is_due();
  void read_packets(size_t from);
  void read_commands();
  void obey(const std::string& line);
  void report(std::string_view kind);

  bool started() const { return start_ >= 0; }

  std::vector<ScheduledChange> schedule_;
  size_t applied_ = 0;
  bool starts_by_itself_;
  double start_ = -1;
  double next_report_ = 0;
  std::array<OneWayLink, 2> links_;  ///< from A to B, from B to A
  std::array<int, 2> devices_;       ///< of A, of B
  std::ofstream file_;
  std::ostream* statistics_;
  std::vector<uint8_t> buffer_;
  std::string unread_;
  bool input_is_open_ = true;
  bool stopped_ = false;
};

}  // namespace sotto::lab
