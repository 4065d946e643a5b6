// Prints what calls do on many networks, to tune by: --gtest_also_run_disabled_tests --gtest_filter='Table.*'
// SOTTO_NETWORK="rate=1M,delay=25ms" shows one of them, tenth by tenth of a second; SOTTO_SEED=2 with other chances,
// SOTTO_DOWNLOAD_AT=5 beside a download from its fifth second on, SOTTO_SUMS=1 with sums that protect pictures.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "simulated_call.hpp"

namespace sotto::simulation {
namespace {

struct Row {
  const char* name;
  const char* network;
  Duration length = 40s;
};

constexpr Row kRows[] = {
    {"open", "delay=1ms"},
    {"open rtt50", "delay=25ms"},
    {"open rtt200", "delay=100ms"},
    {"300k", "delay=25ms,rate=300k"},
    {"500k", "delay=25ms,rate=500k"},
    {"1M", "delay=25ms,rate=1M"},
    {"1M rtt200", "delay=100ms,rate=1M"},
    {"1M queue 2s", "delay=25ms,rate=1M,queue=2s"},
    {"1M queue 50ms", "delay=25ms,rate=1M,queue=50ms"},
    {"1M queue 20ms", "delay=25ms,rate=1M,queue=20ms"},
    {"2.5M", "delay=25ms,rate=2.5M"},
    {"drop", "delay=25ms,rate=2.5M; 20s: rate=500k; 40s: rate=2.5M", 60s},
    {"1M dips 300k", "delay=25ms,rate=1M; 10s: rate=300k; 12s: rate=1M"},
    {"loss5", "delay=25ms,loss=5%"},
    {"loss10", "delay=25ms,loss=10%"},
    {"loss20", "delay=25ms,loss=20%"},
    {"loss30", "delay=25ms,loss=30%"},
    {"burst10", "delay=25ms,burst=10%/5"},
    {"1M loss5", "delay=25ms,rate=1M,loss=5%"},
    {"1M loss10", "delay=25ms,rate=1M,loss=10%"},
    {"2.5M loss20", "delay=25ms,rate=2.5M,loss=20%"},
    {"1M burst10", "delay=25ms,rate=1M,burst=10%/5"},
    {"jitter30", "delay=50ms,jitter=30ms"},
    {"jitter30 reorder", "delay=50ms,jitter=30ms,overtaking=yes"},
    {"1M jitter30", "delay=50ms,jitter=30ms,rate=1M"},
    {"1M jitter30 reorder", "delay=50ms,jitter=30ms,rate=1M,overtaking=yes"},
    {"blackout", "delay=25ms; 20s: blackout=0s+3s"},
    {"1M blackout", "delay=25ms,rate=1M; 20s: blackout=0s+3s"},
};

void print(const char* name, const CallRecord& call, Duration from, Duration to) {
  std::printf(
      "%-19s%3.0f-%2.0f tgt %4.0f got %4.0f q %3.0f %3.0f %3.0f ear %3.0f late %3.0f %4.0f %4.0f fps %4.1f frz %5.2f "
      "key %2d lost %4.1f rtx %5.1f prb %lu pad %lu\n",
      name, to_seconds(from), to_seconds(to), call.mean_target(from, to).kbps(), call.delivered(from, to).kbps(),
      to_milliseconds(call.queue_percentile(0.5, from, to)), to_milliseconds(call.queue_percentile(0.95, from, to)),
      to_milliseconds(call.longest_queue(from, to)), to_milliseconds(call.audio_percentile(0.95, from, to)),
      to_milliseconds(call.latency_percentile(0.5, from, to)), to_milliseconds(call.latency_percentile(0.95, from, to)),
      to_milliseconds(call.latency_percentile(1, from, to)), call.pictures_per_second(from, to),
      to_seconds(call.frozen(from, to)), call.key_frames,
      100.0 * static_cast<double>(call.link.lost()) / static_cast<double>(call.link.sent),
      100.0 * static_cast<double>(call.alice.send[1].retransmitted_packets) /
          static_cast<double>(call.alice.send[1].packets),
      call.alice.probes_sent, call.alice.padding_bytes_sent);
}

/// Each stand-still, and the picture that ended it: how long after its capture it was complete, of how many packets,
/// how many of them repaired.
void print_freezes(const CallRecord& call) {
  for (const Freeze& freeze : call.freezes(0s, call.pictures.back().captured - call.start)) {
    std::printf("frozen %6.3f - %6.3f = %3.0f ms", to_seconds(freeze.from), to_seconds(freeze.to),
                to_milliseconds(freeze.to - freeze.from));
    if (freeze.picture < call.pictures.size()) {
      const Picture& picture = call.pictures[freeze.picture];
      std::printf(": picture %zu after %4.0f ms, %zu of %zu packets repaired%s", freeze.picture,
                  to_milliseconds(*picture.complete - picture.captured), picture.repaired, picture.packets,
                  picture.key_frame ? ", a key frame" : "");
    }
    std::printf("\n");
  }
}

uint64_t seed_from_environment() {
  const char* seed = std::getenv("SOTTO_SEED");
  return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

TEST(Table, DISABLED_OfNetworks) {
  if (const char* network = std::getenv("SOTTO_NETWORK")) {
    const char* download = std::getenv("SOTTO_DOWNLOAD_AT");
    const CallRecord call =
        simulate({.network = network,
                  .length = 60s,
                  .seed = seed_from_environment(),
                  .download_at = download == nullptr ? std::nullopt : std::optional<Duration>(std::atoi(download) * 1s),
                  .sums = std::getenv("SOTTO_SUMS") != nullptr});
    for (size_t i = 0; i < call.samples.size(); ++i) {
      const Sample& sample = call.samples[i];
      std::printf(
          "%5.1f target %6.0f video %6.0f sent %4.0f %5.0f %5.0f wait %4.0f got %6.0f queue %4.0f latency %5.0f\n",
          static_cast<double>(i + 1) / 10, sample.target.kbps(), sample.video_target.kbps(), sample.sound.kbps(),
          sample.video.kbps(), sample.repairs.kbps(), to_milliseconds(sample.waiting), sample.delivered.kbps(),
          to_milliseconds(sample.longest_queue), to_milliseconds(sample.latency.value_or(Duration())));
    }
    print(network, call, 5s, 60s);
    print_freezes(call);
    return;
  }
  for (const Row& row : kRows) {
    const CallRecord call = simulate({.network = row.network, .length = row.length});
    if (std::string_view(row.name) == "drop") {
      print(row.name, call, 5s, 20s);
      print("", call, 20s, 22s);
      print("", call, 22s, 40s);
      print("", call, 40s, 60s);
    } else {
      print(row.name, call, 0s, 5s);
      print("", call, 5s, row.length);
    }
  }
  for (const char* network : {"delay=25ms,rate=2M,queue=100ms", "delay=25ms,rate=2M,queue=300ms"}) {
    const CallRecord call = simulate({.network = network, .length = 70s, .download_at = 5s});
    print("beside TCP", call, 10s, 70s);
    std::printf("   TCP %.0f kbit/s\n", static_cast<double>(call.download_bytes) * 8 / 65 / 1000);
  }
}

struct SoundRow {
  const char* name;
  const char* network;
  bool pictures = true;
  Duration length = 40s;
};

constexpr SoundRow kSoundRows[] = {
    {"rtt50", "delay=25ms"},
    {"rtt50 sound alone", "delay=25ms", false},
    {"loss1", "delay=25ms,loss=1%"},
    {"loss5", "delay=25ms,loss=5%"},
    {"loss10", "delay=25ms,loss=10%"},
    {"loss20", "delay=25ms,loss=20%"},
    {"loss30", "delay=25ms,loss=30%"},
    {"loss10 sound alone", "delay=25ms,loss=10%", false},
    {"loss30 sound alone", "delay=25ms,loss=30%", false},
    {"burst10", "delay=25ms,burst=10%/5"},
    {"burst10 sound alone", "delay=25ms,burst=10%/5", false},
    {"jitter30", "delay=50ms,jitter=30ms"},
    {"jitter30 reorder", "delay=50ms,jitter=30ms,overtaking=yes"},
    {"jitter30 loss10", "delay=50ms,jitter=30ms,loss=10%"},
    {"1M", "delay=25ms,rate=1M"},
    {"300k", "delay=25ms,rate=300k"},
    {"300k loss10", "delay=25ms,rate=300k,loss=10%"},
    {"80k sound alone", "delay=25ms,rate=80k", false},
    {"drop", "delay=25ms,rate=2.5M; 20s: rate=500k; 40s: rate=2.5M", true, 60s},
    {"blackout", "delay=25ms; 20s: blackout=0s+3s"},
};

/// From mouth to ear, and what it cost. SOTTO_NETWORK shows one network second by second.
TEST(Table, DISABLED_OfSound) {
  const auto row = [](const SoundRow& of, const CallRecord& call) {
    const media::SoundQuality quality = call.sound.quality(0s, of.length);
    const media::AudioReceiverStatistics& sound = call.sound.statistics;
    std::printf(
        "%-19s ear %4.0f %4.0f matched %.3f score %.3f concealed %4.1f %% recovered %4.1f %% late %4lu ins %5lu rem "
        "%5lu ms copies %.2f kbps %4.0f\n",
        of.name, to_milliseconds(quality.delay_p50), to_milliseconds(quality.delay_p95), quality.matched, quality.score,
        100 * call.sound.concealed(),
        100 * static_cast<double>(sound.packets_recovered) /
            static_cast<double>(std::max<uint64_t>(sound.packets_received, 1)),
        sound.packets_late, sound.inserted_samples / 48, sound.removed_samples / 48, call.mean_audio_copies(),
        call.delivered(0s, of.length).kbps());
  };
  const auto call_of = [](const SoundRow& of) {
    return simulate({.network = of.network,
                     .length = of.length,
                     .seed = seed_from_environment(),
                     .pictures = of.pictures,
                     .hears = Duration(1000 * (3 + 7 * seed_from_environment() % 10))});
  };
  if (const char* network = std::getenv("SOTTO_NETWORK")) {
    const SoundRow of{network, network, std::getenv("SOTTO_NO_PICTURES") == nullptr, 60s};
    const CallRecord call = call_of(of);
    for (size_t second = 0; second < call.sound.delay.size(); ++second) {
      const Duration from = static_cast<int64_t>(second) * 1s;
      const media::SoundQuality quality = call.sound.quality(from, from + 1s);
      std::printf("%3zu buffer %4.0f ear %4.0f score %.3f copies %d target %5.0f\n", second,
                  to_milliseconds(call.sound.delay[second]), to_milliseconds(quality.delay_p50), quality.score,
                  call.audio_copies[second], call.mean_target(from, from + 1s).kbps());
    }
    row(of, call);
    return;
  }
  for (const SoundRow& of : kSoundRows) row(of, call_of(of));
}

}  // namespace
}  // namespace sotto::simulation
