#include "engine/simulation/simulated_call.hpp"

#include <utility>

#include "base/assert.hpp"

namespace sotto::simulation {
namespace {

constexpr Duration kCheckInterval = 1s;
// A farewell is repeated for 5 s.
constexpr Duration kRest = 10s;
// An encoder and a decoder of a middling machine.
constexpr Duration kEncodeTime = 6ms;
constexpr Duration kDecodeTime = 2ms;

// Two engines wait for little: a few timers each, what is posted, and one arrival for each link.
constexpr size_t kMostPlanned = 500;
// A pacer whose queue would last for more than a second sends faster.
constexpr Duration kMostPacerQueue = 1100ms;
// AudioReceiverOptions::max_delay, and what one packet of 60 ms may add.
constexpr Duration kMostPlayoutDelay = 560ms;

Duration speed(std::string_view worker) {
  if (worker == "sotto-encode") return kEncodeTime;
  if (worker == "sotto-decode") return kDecodeTime;
  return {};
}

}  // namespace

SimulatedCall::SimulatedCall(const CallScenario& scenario)
    : machine_(speed),
      openssl_(machine_, scenario.seed),
      modelled_video_(scenario.seed + 3),
      network_(machine_, transport::parse_link_profile(scenario.network).value(), scenario.seed + 1),
      signaling_(machine_, scenario.signaling, scenario.seed + 2),
      devices_{make_device(0, scenario), make_device(1, scenario)},
      watch_(
          machine_, [this] { return alice().consented() && bob().consented(); }, scenario.trace) {
  network_.watch(
      [this](int device, ByteView datagram) {
        watch_.on_sent(device, datagram);
        if (on_sent_) on_sent_(device, datagram);
      },
      [this](int device, ByteView datagram) { watch_.on_arrived(device, datagram); });
  machine_.on_event([this] {
    check_sources();
    if (machine_.pending() > kMostPlanned) watch_.fault("too many events are planned");
  });
  alice().know(bob());
  check_statistics();
  machine_.run_until(machine_.now());  // what starting the engines has set off
  idle_ = machine_.pending();
}

SimulatedCall::~SimulatedCall() {
  // The last words are nobody's to look at: what a test has hung in here may be gone.
  on_sent_ = nullptr;
  for (auto& device : devices_) {
    device->on_ringing(nullptr);
    device->close_engine();
  }
  machine_.on_event(nullptr);
}

std::unique_ptr<SimulatedDevice> SimulatedCall::make_device(int device, const CallScenario& scenario) {
  DeviceOptions options;
  options.device = device;
  options.width = scenario.width;
  options.height = scenario.height;
  options.moving_pictures = !scenario.modelled_codecs;
  // Sound cards and cameras do not tick together.
  options.phase = Duration(system_random().u32() % 10'000);
  if (device == 0) {
    options.microphone = scenario.microphone;
    options.processing = scenario.processing;
  }
  options.internal.video_codec = &one_core_video_;
  if (scenario.modelled_codecs) {
    options.internal.audio_codec = &modelled_audio_;
    options.internal.video_codec = &modelled_video_;
  }
  if (scenario.video_codec) options.internal.video_codec = scenario.video_codec;
  options.internal.payload_probe = [this, device](transport::MediaKind kind, ByteView payload) {
    watch_.on_payload(device, kind, payload);
  };
  return std::make_unique<SimulatedDevice>(machine_, network_, signaling_.channel(device), std::move(options));
}

void SimulatedCall::dial() { alice().dial(bob()); }

bool SimulatedCall::run_until(const std::function<bool()>& done, Duration patience) {
  const Timestamp end = machine_.now() + patience;
  while (!done() && machine_.now() < end) machine_.run_next(end);
  return done();
}

void SimulatedCall::run_whole(Duration ring, Duration talk) {
  bob().on_ringing([this, ring] { machine_.after(ring, [this] { bob().accept(); }); });
  dial();
  run_until([this] { return bob().call() != nullptr; }, 60s);
  run(ring + talk);
  alice().call()->hang_up();
  rest();
}

void SimulatedCall::rest() {
  run(kRest);
  if (machine_.pending() != idle_) {
    watch_.fault(std::to_string(machine_.pending() - idle_) + " events are planned although the call is over");
  }
}

void SimulatedCall::check_sources() {
  for (const auto& device : devices_) {
    const bool open = device->microphone().starts() > 0 || device->camera().starts() > 0;
    if (open && !device->consented()) watch_.fault("a source was opened without consent");
  }
}

void SimulatedCall::check_statistics() {
  machine_.after(kCheckInterval, [this] { check_statistics(); });
  for (int device : {0, 1}) {
    const Call* call = devices_.at(device)->call();
    if (call == nullptr || call->state() != CallState::kActive) continue;
    const transport::LinkCounts& link = network_.counts(device);
    if (link.sent + link.duplicated != link.delivered + link.lost() + link.in_flight) {
      watch_.fault("the link does not add up");
    }
    const CallStatistics statistics = call->statistics();
    const WireCounts& sent = watch_.counts(device);
    if (statistics.path.datagrams_sent != sent.rtp + sent.rtcp) watch_.fault("not all that was sent is counted");
    if (statistics.audio.packets_sent != sent.audio) watch_.fault("sound that was sent is not counted");
    const uint64_t arrived = watch_.counts(1 - device).media_arrived;
    if (statistics.path.datagrams_received + statistics.path.refused != arrived) {
      watch_.fault("of what arrived, not all was either received or refused: " +
                   std::to_string(statistics.path.datagrams_received) + "+" + std::to_string(statistics.path.refused) +
                   " of " + std::to_string(arrived));
    }
    const Call* other = devices_.at(1 - device)->call();
    if (other != nullptr && other->state() == CallState::kActive) {
      const AudioStatistics there = other->statistics().audio;
      if (there.packets_received + there.packets_lost > statistics.audio.packets_sent) {
        watch_.fault("more sound was received or lost than sent");
      }
    }
    if (statistics.path.pacer_queue > kMostPacerQueue) watch_.fault("too much waits to be paced");
    if (statistics.audio.playout_delay > kMostPlayoutDelay) {
      watch_.fault("sound is held back for " + std::to_string(statistics.audio.playout_delay / 1ms) + " ms, where " +
                   std::to_string(statistics.audio.target_delay / 1ms) + " ms are wanted");
    }
  }
}

}  // namespace sotto::simulation
