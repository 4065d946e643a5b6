#pragma once

#include <string>
#include <utility>
#include <vector>

#include <sotto/time.hpp>

#include "tools/harness/call_sample.hpp"

namespace sotto::tools {

/// Values over time. A value that is not known is not a number (NaN).
struct Series {
  std::vector<double> seconds;  ///< since the accept
  /// By name; each as long as `seconds`.
  std::vector<std::pair<std::string, std::vector<double>>> columns;

  /// The column of that name, which must be there.
  const std::vector<double>& column(const std::string& name) const;
};

/// Where in a call samples are looked at.
struct TalkSpan {
  Timestamp accepted{};
  double seconds = 0;  ///< from the accept to the end
};

/// Those taken while the two talked.
std::vector<CallSample> within(const std::vector<CallSample>& samples, const TalkSpan& span);

/// What a sending end tells: sound_kbps, picture_kbps, repair_kbps, other_kbps (headers, feedback, probes),
/// told_lost_percent (as the other end tells), allowed_kbps (the estimate), picture_target_kbps, round_trip_ms,
/// waiting_ms (for the pacer), copies (of earlier packets in each of sound). Rates are means over half a second, shares
/// over a second.
Series sent_series(const std::vector<CallSample>& samples, const TalkSpan& span);

/// What a receiving end tells: sound_kbps, picture_kbps, lost_percent (of what was sent), repaired_percent (likewise),
/// made_up_percent and stretched_percent (of the sound, the latter longer and shorter alike), held_ms and wanted_ms (of
/// sound, by the jitter buffer), pictures_per_second, frozen_percent (of the time). Shares and pictures are means over
/// a second.
Series received_series(const std::vector<CallSample>& samples, const TalkSpan& span);

}  // namespace sotto::tools
