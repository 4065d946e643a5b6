#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/statistics.hpp>
#include <sotto/time.hpp>

namespace sotto::tools {

/// The part of CallStatistics that is drawn over time, small enough to be kept ten times a second. Counters grow from
/// the start of the call; the others are as they are at `time_us`. All are whole numbers, so that a table of them says
/// the same on every machine.
struct CallSample {
  int64_t time_us = 0;  ///< monotonic clock

  // What this side sends.
  int64_t bytes_sent = 0;  ///< UDP payload: headers, repairs and feedback included
  int64_t audio_bytes_sent = 0;
  int64_t audio_copies = 0;  ///< of earlier packets in each of sound
  int64_t video_bytes_sent = 0;
  int64_t repair_bytes_sent = 0;  ///< of pictures: sent again, or beforehand
  int64_t probe_bytes_sent = 0;
  int64_t packets_sent = 0;           ///< sound, picture and repairs
  int64_t packets_reported_lost = 0;  ///< of these
  int64_t send_target_bps = 0;
  int64_t video_target_bps = 0;
  int64_t video_useful_bps = 0;
  int64_t pacer_queue_us = 0;
  int64_t round_trip_us = -1;  ///< -1: not known
  int64_t frames_captured = 0;
  int64_t frames_encoded = 0;
  int64_t frames_skipped = 0;
  int64_t encode_us = 0;
  int64_t sent_width = 0;
  int64_t sent_height = 0;

  // What it receives.
  int64_t bytes_received = 0;
  int64_t audio_bytes_received = 0;
  int64_t video_bytes_received = 0;
  int64_t packets_received = 0;  ///< sound and picture, without repairs
  int64_t packets_lost = 0;      ///< before repair
  int64_t packets_recovered = 0;
  int64_t samples_played = 0;
  int64_t samples_concealed = 0;
  int64_t samples_stretched = 0;  ///< inserted or cut out to follow the network
  int64_t playout_delay_us = 0;
  int64_t playout_target_us = 0;
  int64_t frames_shown = 0;
  int64_t freezes = 0;
  int64_t frozen_us = 0;
  int64_t decode_us = 0;

  bool operator==(const CallSample&) const = default;
};

CallSample sample_of(const CallStatistics& statistics, Timestamp time);

/// A table with the names of the columns in its first row, comma-separated.
std::string samples_to_text(const std::vector<CallSample>& samples);

/// The inverse. kMalformed for a table with other columns.
Result<std::vector<CallSample>> samples_from_text(std::string_view text);

}  // namespace sotto::tools
