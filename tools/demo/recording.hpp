#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "tools/harness/call_sample.hpp"

namespace sotto::tools {

/// What one peer recorded of a call, as Recorder wrote it.
struct Recording {
  struct ShownFrame {
    int64_t number = -1;  ///< -1: could not be read
    Timestamp time{};
  };
  /// A received picture that was kept whole: <number>_<width>x<height>.i420.
  struct KeptFrame {
    std::string file;
    int width = 0;
    int height = 0;
  };

  std::vector<Timestamp> sent_blocks;
  std::map<int64_t, Timestamp> sent_frames;
  std::vector<Timestamp> played_blocks;
  std::vector<int16_t> played_samples;  ///< 480 for each of played_blocks
  std::vector<ShownFrame> shown_frames;
  std::map<int64_t, KeptFrame> kept_frames;  ///< by number

  std::vector<CallSample> statistics;  ///< over time; empty if they were not asked for

  /// Where a peer that writes into `folder` keeps its statistics.
  static std::string statistics_file(const std::string& folder) { return folder + "/statistics.csv"; }
  static Result<Recording> load(const std::string& folder);
};

}  // namespace sotto::tools
