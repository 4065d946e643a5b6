#include "tests/lab/linkem/emulator.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <ctime>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "tests/lab/linkem/link_statistics.hpp"
#include "tests/lab/linkem/tun_device.hpp"

namespace sotto::lab {
namespace {

constexpr uint64_t kOtherWay = 0x5851f42d4c957f2d;  // keeps the two directions' chances apart
constexpr size_t kLargestPacket = 65536;
constexpr int kPacketsAtOnce = 128;
constexpr int kRealTimePriority = 20;

volatile std::sig_atomic_t interrupted = 0;

double monotonic_seconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// A late wake-up would be measured as delay of the link.
bool become_punctual() {
  prctl(PR_SET_TIMERSLACK, 1);
  sched_param parameters{};
  parameters.sched_priority = kRealTimePriority;
  return sched_setscheduler(0, SCHED_FIFO, &parameters) == 0;
}

// Neighbours and routers that IPv6 looks for are no part of a call.
bool is_ipv4(uint8_t first_byte) { return first_byte >> 4 == 4; }

}  // namespace

ScheduledChange parse_change(const std::string& text) {
  std::istringstream words(text);
  ScheduledChange change;
  if (!(words >> change.at >> change.direction >> change.settings) || !(words >> std::ws).eof()) {
    throw std::invalid_argument("'" + text + "' is not: SECONDS ab|ba|both KEY=VALUE,...");
  }
  return change;
}

Emulator::Emulator(const EmulatorOptions& options)
    : schedule_(options.schedule),
      starts_by_itself_(options.starts_by_itself),
      links_{OneWayLink(options.seed * 2), OneWayLink(options.seed * 2 + kOtherWay)},
      devices_{-1, -1},
      statistics_(&std::cout),
      buffer_(kLargestPacket) {
  std::stable_sort(schedule_.begin(), schedule_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  for (const ScheduledChange& change : options.initial) set(change.direction, change.settings);
  if (!options.statistics.empty()) {
    file_.open(options.statistics);
    if (!file_) throw std::runtime_error("cannot write " + options.statistics);
    statistics_ = &file_;
  }
  devices_[0] = open_tun_device(options.space_a, options.device, "10.99.1.1/24", "10.99.2.0/24");
  devices_[1] = open_tun_device(options.space_b, options.device, "10.99.2.1/24", "10.99.1.0/24");
}

Emulator::~Emulator() {
  for (const int device : devices_) {
    if (device >= 0) close(device);
  }
}

void Emulator::run() {
  for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { interrupted = 1; });
  const bool punctual = become_punctual();
  std::cerr << "linkem: ready" << (punctual ? "" : " (no real-time priority)") << std::endl;
  if (starts_by_itself_) start_ = monotonic_seconds();
  next_report_ = monotonic_seconds() + 1;
  while (!stopped_ && interrupted == 0) {
    const double now = monotonic_seconds();
    apply_schedule(now);
    if (now >= next_report_) {
      next_report_ += 1;
      report("second");
    }
    deliver(now);
    sleep_until_something_is_due();
  }
  report("total");
}

void Emulator::set(std::string_view direction, std::string_view settings) {
  if (direction != "ab" && direction != "ba" && direction != "both") {
    throw std::invalid_argument("unknown direction " + std::string(direction));
  }
  const double now = monotonic_seconds();
  if (direction != "ba") links_[0].set(settings, now);
  if (direction != "ab") links_[1].set(settings, now);
}

void Emulator::apply_schedule(double now) {
  while (started() && applied_ < schedule_.size() && now - start_ >= schedule_[applied_].at) {
    const ScheduledChange& change = schedule_[applied_++];
    set(change.direction, change.settings);
  }
}

void Emulator::deliver(double now) {
  for (size_t way = 0; way < links_.size(); ++way) {
    links_[way].deliver(now, [&](std::span<const uint8_t> packet) {
      // What a device has no room for is lost, as on any wire.
      [[maybe_unused]] const ssize_t written = write(devices_[1 - way], packet.data(), packet.size());
    });
  }
}

void Emulator::sleep_until_something_is_due() {
  double due = std::min({next_report_, links_[0].next(), links_[1].next()});
  if (started() && applied_ < schedule_.size()) due = std::min(due, start_ + schedule_[applied_].at);
  const double wait = std::max(0.0, due - monotonic_seconds());
  const double whole = std::floor(wait);
  const timespec time{static_cast<time_t>(whole), static_cast<long>((wait - whole) * 1e9)};
  std::array<pollfd, 3> polled = {pollfd{devices_[0], POLLIN, 0}, pollfd{devices_[1], POLLIN, 0},
                                  pollfd{input_is_open_ ? STDIN_FILENO : -1, POLLIN, 0}};
  if (ppoll(polled.data(), polled.size(), &time, nullptr) <= 0) return;
  for (size_t side = 0; side < devices_.size(); ++side) {
    if ((polled[side].revents & POLLIN) != 0) read_packets(side);
  }
  if (polled[2].revents != 0) read_commands();
}

void Emulator::read_packets(size_t from) {
  for (int i = 0; i < kPacketsAtOnce; ++i) {
    const ssize_t size = read(devices_[from], buffer_.data(), buffer_.size());
    if (size <= 0) return;
    if (is_ipv4(buffer_[0])) links_[from].take({buffer_.data(), static_cast<size_t>(size)}, monotonic_seconds());
  }
}

void Emulator::read_commands() {
  std::array<char, 512> bytes{};
  const ssize_t size = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (size <= 0) {
    input_is_open_ = false;
    if (!starts_by_itself_) stopped_ = true;
    return;
  }
  unread_.append(bytes.data(), static_cast<size_t>(size));
  for (size_t end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
    obey(unread_.substr(0, end));
    unread_.erase(0, end + 1);
  }
}

void Emulator::obey(const std::string& line) {
  std::istringstream words(line);
  std::string command, direction, settings;
  words >> command >> direction >> settings;
  if (command == "t0") {
    start_ = monotonic_seconds();
  } else if (command == "mark") {
    report("mark");
  } else if (command == "quit") {
    stopped_ = true;
  } else if (command == "set" && !settings.empty()) {
    try {
      set(direction, settings);
    } catch (const std::invalid_argument& problem) {
      std::cerr << "linkem: " << problem.what() << std::endl;
    }
  } else {
    std::cerr << "linkem: cannot read '" << line << "'" << std::endl;
  }
}

void Emulator::report(std::string_view kind) {
  const double now = monotonic_seconds();
  *statistics_ << statistics_line(kind, now, started() ? now - start_ : -1, links_[0], links_[1]) << std::endl;
}

}  // namespace sotto::lab
