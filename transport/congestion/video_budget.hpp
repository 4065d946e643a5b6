#pragma once

#include "base/units.hpp"
#include "transport/congestion/pacer.hpp"
#include "transport/congestion/rate_meter.hpp"

namespace sotto::transport {

/// Says how much of the estimate is left for new video: what sound takes comes first, then what the repair of video
/// takes, then headers and tags.
class VideoBudget {
 public:
  /// The part of the estimate that repairs may take at the most: by themselves they make no picture. What they take
  /// beyond it fills the queue of the path.
  static constexpr double kMostRepairs = 0.65;

  /// `most`: what video may have at the most.
  explicit VideoBudget(DataRate most) : most_(most) {}

  /// Says what sound takes from now on, before it can be measured.
  void expect_audio(DataRate rate) { expected_audio_ = rate; }

  /// Notes a packet that left: what it takes on the path, and `payload` of that without headers and tags.
  void on_sent(PacketPriority priority, DataSize payload, DataSize on_path, Timestamp now);
  /// Notes reports and feedback that left.
  void on_rtcp_sent(DataSize on_path, Timestamp now) { rtcp_.add(on_path, now); }

  /// What video may send, in payload, of an estimate of `target`, when what it has made waits for `waiting` to leave.
  /// Zero where that is too little for pictures, or where they would only wait.
  DataRate video(DataRate target, Duration waiting, Timestamp now);

 private:
  DataRate most_;
  DataRate expected_audio_ = DataRate::kbps(58);  // Opus at 32 kbit/s in packets of 20 ms
  RateMeter audio_;
  RateMeter rtcp_;
  RateMeter repairs_;
  RateMeter video_payload_;
  RateMeter video_on_path_;
};

}  // namespace sotto::transport
