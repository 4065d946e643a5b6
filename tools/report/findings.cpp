#include "tools/report/findings.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace sotto::tools {
namespace {

using Weight = CallFinding::Weight;

// Below these nobody would call it a limit.
constexpr double kLossWorthTelling = 0.001;
constexpr double kLimitedWorthTelling = 0.05;  // of the time
constexpr double kSkippedWorthTelling = 0.02;  // of pictures
constexpr double kSkippedSeen = 0.1;           // likewise: 27 of 30 pictures a second
constexpr double kMadeUpHeard = 0.02;          // of the sound
constexpr double kFrozenWorthTelling = 1;      // ms
constexpr double kHeldWorthTelling = 80;       // ms; clean networks need 20 to 40
// ITU-T G.114: up to 150 ms from mouth to ear most do not notice, above 400 ms talk itself suffers.
constexpr double kDelayNoticed = 150;
constexpr double kDelayBad = 400;
constexpr double kPsnrCoded = 33;          // dB; pictures below look coded
constexpr double kPicturesFluent = 24;     // a second
constexpr double kCorrelationClear = 0.8;  // Opus at 32 kbit/s reaches 0.94 with nothing lost

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...) {
  char buffer[400];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return buffer;
}

/// "0.4 %", "12 %": as many digits as mean something.
std::string percent(double share) { return text(share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share); }

std::string rate(double kbps) { return kbps < 1000 ? text("%.0f kbit/s", kbps) : text("%.1f Mbit/s", kbps / 1000); }

std::string times(double count) { return count == 1 ? "once" : text("%.0f times", count); }

/// Says what it finds about one direction.
class DirectionFindings {
 public:
  DirectionFindings(const ReportDirection& direction, const DirectionFigures& figures,
                    std::vector<CallFinding>& findings)
      : from_(direction.from), to_(direction.to), figures_(figures), findings_(findings) {}

  void find() {
    find_rate();
    find_loss();
    find_freezes();
    find_processor();
    find_delay();
    find_quality();
  }

 private:
  void say(Weight weight, std::string what) { findings_.push_back({weight, std::move(what)}); }

  void find_rate() {
    if (figures_.limited_share.value_or(0) < kLimitedWorthTelling || !figures_.limited_kbps) return;
    say(Weight::kNote, "For " + percent(*figures_.limited_share) + " of the time the path from " + from_ + " to " +
                           to_ + " carried less than these pictures are worth: " + rate(*figures_.limited_kbps) +
                           " were left for them then, of " + rate(figures_.useful_kbps.value_or(0)) + ".");
  }

  void find_loss() {
    const double lost = figures_.lost_share.value_or(0);
    if (lost < kLossWorthTelling) return;
    std::string what = percent(lost) + " of the packets from " + from_ + " were lost on their way to " + to_;
    if (figures_.repaired_share) what += "; " + percent(*figures_.repaired_share) + " of these were repaired in time";
    const double made_up = figures_.made_up_share.value_or(0);
    if (made_up >= kLossWorthTelling) what += "; " + percent(made_up) + " of the sound had to be made up";
    say(made_up >= kMadeUpHeard ? Weight::kBad : Weight::kNote, what + ".");
  }

  void find_freezes() {
    const double frozen = figures_.frozen_ms.value_or(0);
    if (frozen < kFrozenWorthTelling) return;
    say(Weight::kBad, from_ + "'s picture stood still at " + to_ + "'s end " + times(figures_.freezes.value_or(0)) +
                          text(", together for %.1f s.", frozen / 1000));
  }

  void find_processor() {
    if (figures_.skipped_share.value_or(0) < kSkippedWorthTelling) return;
    const double skipped = *figures_.skipped_share;
    say(skipped < kSkippedSeen ? Weight::kNote : Weight::kBad,
        from_ + "'s processor was not free for " + percent(skipped) +
            text(" of the pictures: to encode one takes %.1f ms.", figures_.encode_ms.value_or(0)));
  }

  void find_delay() {
    const double held = figures_.held_ms ? figures_.held_ms->half : 0;
    const double delay = figures_.sound_delay_ms ? figures_.sound_delay_ms->half : 0;
    if (delay > kDelayNoticed) {
      std::string what = text("From %s's mouth to %s's ear it took %.0f ms; most people notice more than %.0f ms",
                              from_.c_str(), to_.c_str(), delay, kDelayNoticed);
      if (held > 0) what += text(". The jitter buffer held the sound for %.0f ms of it", held);
      say(delay > kDelayBad ? Weight::kBad : Weight::kNote, what + ".");
    } else if (held > kHeldWorthTelling) {
      say(Weight::kNote,
          text("Packets to %s came so unevenly that the jitter buffer held the sound for %.0f ms.", to_.c_str(), held));
    }
    if (delay == 0 && figures_.round_trip_ms && figures_.round_trip_ms->half > 2 * kDelayNoticed) {
      say(Weight::kNote, text("A packet from %s to %s and back took %.0f ms.", from_.c_str(), to_.c_str(),
                              figures_.round_trip_ms->half));
    }
  }

  void find_quality() {
    if (figures_.psnr && figures_.psnr->half < kPsnrCoded) {
      say(Weight::kNote, text("%s's pictures arrived at %.1f dB; below %.0f dB they look coded.", from_.c_str(),
                              figures_.psnr->half, kPsnrCoded));
    }
    if (figures_.pictures_per_second.value_or(kPicturesFluent) < kPicturesFluent) {
      say(Weight::kNote, text("%s saw %.0f pictures a second.", to_.c_str(), *figures_.pictures_per_second));
    }
    if (figures_.sound_correlation.value_or(1) < kCorrelationClear) {
      say(Weight::kBad, text("What %s heard is like what %s said to %.2f only, of 1.", to_.c_str(), from_.c_str(),
                             *figures_.sound_correlation));
    }
  }

  const std::string& from_;
  const std::string& to_;
  const DirectionFigures& figures_;
  std::vector<CallFinding>& findings_;
};

}  // namespace

std::vector<CallFinding> find_limits(const ReportData& report, const std::vector<DirectionFigures>& figures) {
  std::vector<CallFinding> findings;
  if (report.seconds <= 0) return findings;
  for (const ReportCheck& check : report.checks) {
    if (!check.passed)
      findings.push_back({Weight::kBad, "This did not hold: " + check.what + " (" + check.detail + ")."});
  }
  for (size_t i = 0; i < figures.size(); ++i) {
    DirectionFindings(report.directions[i], figures[i], findings).find();
  }
  if (report.path[0] == "relay" || report.path[1] == "relay") {
    findings.push_back({Weight::kNote, "The call went through a relay, which forwards what it cannot read."});
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const CallFinding& a, const CallFinding& b) { return a.weight > b.weight; });
  if (findings.empty()) {
    findings.push_back({Weight::kGood,
                        "The path carried all that these pictures are worth, both processors kept up, and no loss, "
                        "delay or freeze was large enough to be noticed."});
  }
  return findings;
}

std::string headline(const ReportData& report, const std::vector<CallFinding>& findings) {
  if (report.seconds <= 0) return "They did not talk: " + report.end;
  const bool failed =
      std::any_of(report.checks.begin(), report.checks.end(), [](const auto& check) { return !check.passed; });
  if (failed) return "This call is not as it should be";
  switch (findings.empty() ? Weight::kGood : findings.front().weight) {
    case Weight::kGood:
      return "Nothing limited this call";
    case Weight::kNote:
      return "The call went well, within limits";
    case Weight::kBad:
      return "This call had its troubles";
  }
  return {};
}

}  // namespace sotto::tools
