// Whole calls over a link that falls to a fifth of its rate and comes back: what the people at both ends see and hear.
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

constexpr Duration kStep = 100ms;

TEST(ChangingLink, DISABLED_Shown) {
  for (uint64_t seed = Seeds(1).first; seed <= Seeds(1).last; ++seed) {
    SimulatedCall call({.network = "delay=25ms,rate=2.5M,queue=300ms; 20s: rate=500k; 40s: rate=2.5M",
                        .signaling = {.delay = 25ms},
                        .seed = seed,
                        .width = 1280,
                        .height = 720});
    call.bob().on_ringing([&] { call.bob().accept(); });
    call.dial();
    CallStatistics a0, b0;
    for (int i = 1; i <= 600; ++i) {
      call.run(kStep);
      if (call.bob().call() == nullptr) continue;
      const CallStatistics a = call.alice().call()->statistics();
      const CallStatistics b = call.bob().call()->statistics();
      if (std::getenv("SOTTO_STEPS") != nullptr) {
        std::printf(
            "%5.1f tgt %5.0f vid %5.0f %4dx%3d enc %2lu skip %2lu key %lu pacer %4.0f drop %3lu lost %2lu pli %lu nack "
            "%lu rtx %lu fec %3lu | shown %2lu frz %4.0f | copies %d conc %3.0f ins %3.0f rem %3.0f delay "
            "%3.0f/%3.0f\n",
            i * 0.1, static_cast<double>(a.path.send_target_bps) / 1000,
            static_cast<double>(a.video.target_bitrate_bps) / 1000, a.video.sent_width, a.video.sent_height,
            a.video.frames_encoded - a0.video.frames_encoded, a.video.frames_skipped - a0.video.frames_skipped,
            a.video.key_frames_encoded, to_milliseconds(a.path.pacer_queue),
            a.path.pacer_packets_dropped - a0.path.pacer_packets_dropped,
            a.path.packets_reported_lost - a0.path.packets_reported_lost, b.video.key_frame_requests_sent,
            b.video.nacks_sent, a.video.packets_retransmitted, (a.video.bytes_protecting - a0.video.bytes_protecting),
            b.video.frames_shown - b0.video.frames_shown, to_milliseconds(b.video.frozen_time), a.audio.copies_sent,
            static_cast<double>(b.audio.concealed_samples - b0.audio.concealed_samples) / 48,
            static_cast<double>(b.audio.inserted_samples - b0.audio.inserted_samples) / 48,
            static_cast<double>(b.audio.removed_samples - b0.audio.removed_samples) / 48,
            to_milliseconds(b.audio.playout_delay), to_milliseconds(b.audio.target_delay));
      }
      a0 = a;
      b0 = b;
    }
    std::printf("seed %lu frozen %.0f\n", seed, to_milliseconds(b0.video.frozen_time));
  }
}

}  // namespace
}  // namespace sotto::simulation
