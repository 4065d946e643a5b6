#include "tools/call/live_line.hpp"

#include <gtest/gtest.h>

namespace sotto::tools {
namespace {

TEST(LiveLine, SaysTheStateUntilTheCallIsActive) {
  EXPECT_EQ(live_line(CallState::kRinging, {}, {}, {}, 1s), "ringing");
}

TEST(LiveLine, SaysWhatPassedBetweenTwoLooks) {
  CallStatistics before, now;
  before.path.bytes_sent = 1000;
  now.path.bytes_sent = 126000;
  now.path.bytes_received = 12500;
  now.path.local_candidate_type = "host";
  now.path.remote_candidate_type = "relay";
  now.path.round_trip_time = 42ms;
  now.audio.playout_delay = 31ms;
  now.audio.packets_received = 45;
  now.audio.packets_lost = 5;
  now.audio.total_samples = 48000;
  now.audio.concealed_samples = 4800;
  now.video.received_width = 640;
  now.video.received_height = 360;
  now.video.frames_decoded = 30;
  now.video.packets_recovered = 3;
  EXPECT_EQ(live_line(CallState::kActive, 61s, before, now, 1s),
            "01:01 host-relay rtt 42 ms | out 1000 in 100 kbit/s | sound 31 ms, 10 % lost, 10 % made up | picture "
            "640x360, 30/s, 3 repaired");
}

TEST(LiveLine, SurvivesCountersThatStandStillAndNoTimeAtAll) {
  EXPECT_EQ(live_line(CallState::kActive, 0s, {}, {}, 0s), "00:00 | out 0 in 0 kbit/s | sound 0 ms");
}

}  // namespace
}  // namespace sotto::tools
