#include "engine/simulation/simulated_device.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"
#include "engine/identity_access.hpp"
#include "engine/simulation/virtual_network_thread.hpp"

namespace sotto::simulation {
namespace {

constexpr Duration kBlock = 10ms;

Identity make_identity(WallTime date) {
  return engine::IdentityAccess::make(
      std::make_shared<signaling::IdentityKeeper>(signaling::DeviceIdentity::create(system_random(), date)));
}

}  // namespace

SimulatedDevice::SimulatedDevice(VirtualMachine& machine, SimulatedNetwork& network,
                                 std::shared_ptr<SignalingChannel> channel, DeviceOptions options)
    : machine_(machine),
      options_(std::move(options)),
      microphone_(std::make_shared<SimulatedMicrophone>(machine, options_.phase, options_.microphone)),
      camera_(std::make_shared<SimulatedCamera>(machine, options_.width, options_.height, options_.moving_pictures,
                                                options_.phase)),
      media_{.audio = microphone_, .video = camera_, .processing = options_.processing},
      identity_(make_identity(machine.date())) {
  engine::InternalOptions internal = options_.internal;
  internal.machine = &machine;
  internal.start_network = [&machine, &network, device = options_.device] {
    return std::make_unique<VirtualNetworkThread>(machine, network, device);
  };
  internal.clock = [&machine] { return machine.date(); };
  EngineOptions engine{.identity = identity_, .signaling = std::move(channel)};
  engine_ = engine::create_engine(std::move(engine), std::move(internal)).value();
  engine_->on_incoming_call([this](std::shared_ptr<Call> call) {
    ++rings_;
    take(std::move(call));
    if (on_ringing_) on_ringing_();
  });
}

SimulatedDevice::~SimulatedDevice() {
  close_engine();
  if (next_play_) machine_.cancel(*next_play_);
}

void SimulatedDevice::close_engine() { engine_.reset(); }

void SimulatedDevice::know(SimulatedDevice& other) {
  SOTTO_ASSERT(engine_->add_contact(other.identity_.bundle()).ok());
  SOTTO_ASSERT(other.engine_->add_contact(identity_.bundle()).ok());
}

void SimulatedDevice::dial(const SimulatedDevice& other) {
  consented_ = machine_.now();
  take(engine_->call(other.identity_.account(), media_).value());
}

bool SimulatedDevice::accept() {
  if (!call_) return false;
  // Before the tap itself: what it sets off is agreed to.
  if (call_->state() == CallState::kRinging) consented_ = machine_.now();
  return call_->accept(media_).ok();
}

void SimulatedDevice::take(std::shared_ptr<Call> call) {
  call_ = std::move(call);
  call_->on_video([this](const VideoFrame&) { ++pictures_shown_; });
  if (!next_play_) play();
}

void SimulatedDevice::play() {
  next_play_ = machine_.after(kBlock, [this] { play(); });
  std::array<int16_t, kAudioBlockSamples> block;
  call_->play(block);
  if (std::ranges::any_of(block, [](int16_t sample) { return sample != 0; })) ++blocks_heard_;
  if (call_->state() == CallState::kEnded) machine_.cancel(*std::exchange(next_play_, std::nullopt));
}

}  // namespace sotto::simulation
