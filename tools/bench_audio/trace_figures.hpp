#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/bench_audio/trace_replay.hpp"

namespace sotto::tools {

/// What a replay comes to.
struct TraceFigures {
  double delay_p50 = 0;        ///< ms from mouth to ear, the way of the packets included
  double delay_p95 = 0;        ///< ms
  double held_p50 = 0;         ///< ms in the jitter buffer
  double lost = 0;             ///< % of the packets
  double made_up = 0;          ///< % of the sound
  double stretched = 0;        ///< % of the sound: put in to wait for packets
  double hurried = 0;          ///< % of the sound: taken out to win delay back
  double copies = 0;           ///< of earlier packets in each, mean
  double sent_kbps = 0;        ///< payloads
  double found_again = 0;      ///< % of windows of 320 ms that are heard as they were said
  double intelligibility = 0;  ///< STOI
};

TraceFigures figures_of(const TraceReplay& replay, std::span<const media::SoundMatch> matches);

/// One of them, as tables and machines name it.
struct TraceFigure {
  const char* key;     ///< "delay_p50"
  const char* column;  ///< "ear 50 %"
  const char* what;    ///< "mouth to ear, 50 %"
  const char* unit;
  int digits;  ///< behind the point
  double TraceFigures::*value;
};

/// In the order of tables.
std::span<const TraceFigure> trace_figures();

}  // namespace sotto::tools
