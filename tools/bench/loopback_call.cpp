#include "tools/bench/loopback_call.hpp"

#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <sotto/sotto.hpp>

#include "tools/bench/allocation_count.hpp"
#include "tools/call/live_media.hpp"
#include "tools/call/received_media.hpp"
#include "tools/harness/playout.hpp"

namespace sotto::tools {
namespace {

// Loopback takes some tens of milliseconds; a machine that has much else to do, longer.
constexpr Duration kPatience = 30s;
constexpr Duration kLook = 5ms;
// An encoder's target moves while the estimate grows, and hardly after that. Asking costs a little, too.
constexpr Duration kSampleInterval = 100ms;
constexpr Duration kRareSampleInterval = 1s;
constexpr const char* kCaptureThread = "bench-capture";
constexpr const char* kPlayoutThread = "bench-playout";

std::unique_ptr<LiveMedia> capture(std::shared_ptr<const PreparedMedia> media, std::shared_ptr<FeedLog> log,
                                   Duration longest) {
  auto feed = std::make_unique<PreparedFeed>(std::move(media), std::move(log), longest);
  const NameForNewThreads name(kCaptureThread);
  return std::make_unique<LiveMedia>(std::move(feed));
}

/// One of the two.
class End {
 public:
  End(InProcessHub& hub, const LoopbackCallOptions& options, size_t index)
      : identity_(Identity::create()),
        live_(capture(options.media[index], log_, options.warm_up + options.length + 2 * kPatience)),
        created_(Engine::create({.identity = identity_,
                                 .signaling = hub.connect(identity_.account(), identity_.device()),
                                 .local_addresses = {"127.0.0.1"}})) {}

  Result<void> check() const { return created_.ok() ? Result<void>() : created_.error(); }
  const Identity& identity() const { return identity_; }
  Engine& engine() { return **created_; }
  CallMedia media() const {
    return {.audio = live_->microphone(), .video = live_->camera(), .processing = AudioProcessing::none()};
  }

  void answer() {
    engine().on_incoming_call([this](std::shared_ptr<Call> call) {
      (void)call->accept(media());  // where it fails, the call does not become active
      const std::lock_guard lock(mutex_);
      call_ = std::move(call);
    });
  }
  void set_call(std::shared_ptr<Call> call) {
    const std::lock_guard lock(mutex_);
    call_ = std::move(call);
  }
  std::shared_ptr<Call> call() {
    const std::lock_guard lock(mutex_);
    return call_;
  }
  bool active() {
    const auto made = call();
    return made && made->state() == CallState::kActive;
  }

  Result<void> play() {
    const NameForNewThreads name(kPlayoutThread);
    auto received = ReceivedMedia::begin(call(), {});
    if (!received) return received.error();
    received_ = std::move(*received);
    return {};
  }

  /// Notes what the encoder's target is now.
  CallStatistics sample() {
    const CallStatistics statistics = call()->statistics();
    const DataRate target = DataRate::bps(statistics.video.target_bitrate_bps);
    if (targets_.empty() || targets_.back().rate != target) targets_.push_back({monotonic_now(), target});
    return statistics;
  }

  EndObservation finish() {
    call()->hang_up();
    received_.reset();
    live_.reset();
    return {std::move(*log_), std::move(targets_)};
  }

 private:
  const std::shared_ptr<FeedLog> log_ = std::make_shared<FeedLog>();
  const Identity identity_;
  std::unique_ptr<LiveMedia> live_;
  std::mutex mutex_;
  std::shared_ptr<Call> call_;
  std::vector<EndObservation::Target> targets_;
  Result<std::unique_ptr<Engine>> created_;
  std::unique_ptr<ReceivedMedia> received_;
};

using Ends = std::array<std::unique_ptr<End>, 2>;

struct Counters {
  uint64_t datagrams = 0;
  uint64_t pictures = 0;
};

Counters sample(const Ends& ends) {
  Counters counters;
  for (const auto& end : ends) {
    const CallStatistics statistics = end->sample();
    counters.datagrams += statistics.path.datagrams_sent;
    counters.pictures += statistics.video.frames_encoded;
  }
  return counters;
}

void sample_until(const Ends& ends, Timestamp until, Duration interval) {
  for (Timestamp next = monotonic_now() + interval; next < until; next += interval) {
    std::this_thread::sleep_until(next);
    AllocationCount::stop();
    sample(ends);
    AllocationCount::start();
  }
  std::this_thread::sleep_until(until);
}

Result<void> connect(const Ends& ends) {
  End& alice = *ends[0];
  End& bob = *ends[1];
  for (const auto& end : ends) {
    if (const auto made = end->check(); !made) return made.error();
    const End& other = end.get() == &alice ? bob : alice;
    if (const auto added = end->engine().add_contact(other.identity().bundle()); !added) return added.error();
  }
  bob.answer();
  const auto call = alice.engine().call(bob.identity().account(), alice.media());
  if (!call) return call.error();
  alice.set_call(*call);
  for (const Timestamp late = monotonic_now() + kPatience; !alice.active() || !bob.active();) {
    if (monotonic_now() > late || alice.call()->state() == CallState::kEnded) {
      return Error{ErrorCode::kUnavailable,
                   "the call does not come about: " + std::string(to_string(alice.call()->end_reason()))};
    }
    std::this_thread::sleep_for(kLook);
  }
  return {};
}

}  // namespace

Result<CallObservation> observe_call(const LoopbackCallOptions& options) {
  CallObservation observed;
  forget_peak_memory();
  const double memory_before = memory_mb();
  {
    InProcessHub hub;
    Ends ends;
    for (size_t i = 0; i < ends.size(); ++i) ends[i] = std::make_unique<End>(hub, options, i);
    if (const auto connected = connect(ends); !connected) return connected.error();
    for (const auto& end : ends) {
      if (const auto playing = end->play(); !playing) return playing.error();
    }
    sample(ends);
    sample_until(ends, monotonic_now() + options.warm_up, kSampleInterval);
    AllocationCount::stop();

    const Counters before = sample(ends);
    const auto threads_before = usage_by_thread_name();
    const uint64_t allocations_before = AllocationCount::total();
    const CpuTime cpu_before = process_cpu_time();
    observed.begin = monotonic_now();
    AllocationCount::start();
    sample_until(ends, observed.begin + options.length, kRareSampleInterval);
    AllocationCount::stop();
    observed.end = monotonic_now();
    observed.cpu = process_cpu_time() - cpu_before;
    observed.allocations = AllocationCount::total() - allocations_before;
    observed.threads = difference(threads_before, usage_by_thread_name());
    const Counters after = sample(ends);
    observed.datagrams = after.datagrams - before.datagrams;
    observed.pictures = after.pictures - before.pictures;
    observed.memory_mb = peak_memory_mb() - memory_before;
    for (size_t i = 0; i < ends.size(); ++i) {
      if (ends[i]->call()->state() != CallState::kActive) {
        return Error{ErrorCode::kUnavailable,
                     "the call has ended: " + std::string(to_string(ends[i]->call()->end_reason()))};
      }
    }
    for (size_t i = 0; i < ends.size(); ++i) observed.ends[i] = ends[i]->finish();
  }
  return observed;
}

DeviceCost observe_devices(const LoopbackCallOptions& options) {
  std::vector<std::unique_ptr<LiveMedia>> captures;
  std::vector<std::unique_ptr<Playout>> playouts;
  for (const auto& media : options.media) {
    captures.push_back(capture(media, std::make_shared<FeedLog>(), options.length + kPatience));
    const NameForNewThreads name(kPlayoutThread);
    playouts.push_back(std::make_unique<Playout>([](std::span<int16_t, kAudioBlockSamples>) {}));
  }
  const auto threads_before = usage_by_thread_name();
  const CpuTime cpu_before = process_cpu_time();
  const Timestamp begin = monotonic_now();
  std::this_thread::sleep_for(options.length);
  const double seconds = to_seconds(monotonic_now() - begin);
  const std::chrono::duration<double> cpu = process_cpu_time() - cpu_before;
  uint64_t wakeups = 0;
  for (const auto& [name, usage] : difference(threads_before, usage_by_thread_name())) wakeups += usage.wakeups;
  return {cpu.count() / seconds, static_cast<double>(wakeups) / seconds};
}

}  // namespace sotto::tools
