#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <sotto/statistics.hpp>
#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "tools/harness/call_sample.hpp"
#include "tools/report/sound_picture.hpp"

namespace sotto::tools {

/// A value at a moment.
struct TimedValue {
  double seconds = 0;  ///< since the accept
  double value = 0;
};

/// One picture as it was sent beside the same one as it was received; or, where only one end is known, whatever each
/// side showed at about that time.
struct PicturePair {
  double seconds = 0;               ///< since the accept, when it was shown
  Bytes sent{};                     ///< WebP; empty: there is none
  Bytes received{};                 ///< WebP; empty: there is none
  std::optional<double> psnr = {};  ///< of the luma, dB; only of the same picture
  std::optional<double> ssim = {};  ///< of the luma; likewise
};

/// What is known of the media that went one way. Where only one end was measured, much of it is empty.
struct ReportDirection {
  std::string from;
  std::string to;
  std::vector<CallSample> sender = {};    ///< at the sending end
  std::vector<CallSample> receiver = {};  ///< at the receiving end
  std::vector<PicturePair> pictures = {};
  /// Of all pictures that were compared: seconds and dB.
  std::vector<TimedValue> psnr = {};
  std::vector<TimedValue> ssim = {};
  std::optional<SoundPicture> sound_sent = {};
  std::optional<SoundPicture> sound_received = {};
  std::vector<TimedValue> picture_delays = {};  ///< camera to window, ms
  std::vector<TimedValue> sound_delays = {};    ///< mouth to ear, ms
  std::optional<double> sound_correlation = {};
};

/// One of the two people.
struct ReportParty {
  std::string name;
  /// In the clock of the samples; empty if that end was not measured.
  std::optional<CallTimeline> timeline = {};
  std::optional<double> cpu_per_second = {};  ///< CPU seconds a second
  std::optional<double> peak_memory_mb = {};
};

/// Something that had to hold, and whether it did.
struct ReportCheck {
  std::string what;
  bool passed = false;
  std::string detail;  ///< the figures that it was judged by
};

/// What was on the wire.
struct ReportDatagrams {
  std::string kind;  ///< "SRTP"
  uint64_t count = 0;
  uint64_t bytes = 0;
};

/// What an emulated link carried from `seconds` on.
struct LinkRate {
  double seconds = 0;          ///< since the accept
  std::optional<double> kbps;  ///< nothing: no limit
};

/// All that a report tells about one call. It holds no keys, and no addresses.
struct ReportData {
  std::string program;  ///< "sotto 0.1.0"
  WallTime began{};     ///< when it was dialled
  Timestamp dialed{};
  Timestamp accepted{};                     ///< All `seconds` above count from here.
  double seconds = 0;                       ///< from accept to end
  std::string end = {};                     ///< "hung up", in words
  std::array<ReportParty, 2> parties = {};  ///< the caller first
  CallSecurity security = {};
  std::array<std::string, 2> path = {};  ///< kinds of the candidates at both ends, "host" and "relay"
  std::vector<ReportDirection> directions = {};
  std::string link = {};  ///< what was emulated, as it was asked for; empty: nothing
  std::vector<LinkRate> link_rates = {};
  std::vector<ReportCheck> checks = {};
  std::vector<ReportDatagrams> wire = {};
};

}  // namespace sotto::tools
