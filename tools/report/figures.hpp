#pragma once

#include <optional>

#include "tools/report/report_data.hpp"
#include "tools/report/series.hpp"

namespace sotto::tools {

/// Half of the values are below the first, 95 % below the second.
struct Percentiles {
  double half = 0;
  double most = 0;
};

/// What one direction of a call comes to, in single numbers. Nothing where it was not measured.
struct DirectionFigures {
  std::optional<double> sent_kbps = {};       ///< UDP payload, mean
  std::optional<double> received_kbps = {};   ///< likewise
  std::optional<double> allowed_kbps = {};    ///< median of what the estimator allowed
  std::optional<double> useful_kbps = {};     ///< what pictures of their size are worth
  std::optional<double> limited_share = {};   ///< of the time: pictures had less than that
  std::optional<double> limited_kbps = {};    ///< mean of what they had then
  std::optional<double> skipped_share = {};   ///< of captured pictures: the encoder was not free
  std::optional<double> encode_ms = {};       ///< a picture
  std::optional<double> lost_share = {};      ///< of packets, before repair
  std::optional<double> repaired_share = {};  ///< of lost packets
  std::optional<double> made_up_share = {};   ///< of the sound
  std::optional<double> pictures_per_second = {};
  std::optional<double> freezes = {};
  std::optional<double> frozen_ms = {};
  std::optional<Percentiles> held_ms = {};  ///< of sound, by the jitter buffer
  std::optional<Percentiles> round_trip_ms = {};
  std::optional<Percentiles> picture_delay_ms = {};
  std::optional<Percentiles> sound_delay_ms = {};
  std::optional<Percentiles> psnr = {};  ///< dB; `most` is what 95 % are above
  std::optional<double> ssim = {};       ///< mean
  std::optional<double> sound_correlation = {};
};

DirectionFigures figures_of(const ReportDirection& direction, const TalkSpan& span);

}  // namespace sotto::tools
