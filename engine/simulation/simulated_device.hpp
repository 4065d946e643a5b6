#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <sotto/engine.hpp>

#include "engine/engine_factory.hpp"
#include "engine/simulation/simulated_network.hpp"
#include "engine/simulation/simulated_sources.hpp"
#include "engine/simulation/virtual_machine.hpp"

namespace sotto::simulation {

struct DeviceOptions {
  int device = 0;  ///< its end of network and signalling: 0 or 1
  int width = 640;
  int height = 360;
  bool moving_pictures = false;     ///< see SimulatedCamera
  Duration phase{};                 ///< of its sound card and its camera
  BlockMaker microphone = nullptr;  ///< what it hears; null: a tone
  AudioProcessing processing = AudioProcessing::none();
  /// Of the engine, without machine, network and clock, which are the simulation's.
  engine::InternalOptions internal;
};

/// One person with an engine in virtual time, as an application would have it: sources, a loudspeaker that plays from
/// the first state of a call on, and what the call has told.
class SimulatedDevice {
 public:
  /// Machine and network stay.
  SimulatedDevice(VirtualMachine& machine, SimulatedNetwork& network, std::shared_ptr<SignalingChannel> channel,
                  DeviceOptions options);
  ~SimulatedDevice();
  SimulatedDevice(const SimulatedDevice&) = delete;
  SimulatedDevice& operator=(const SimulatedDevice&) = delete;

  /// What this person brings to calls from now on; both a microphone and a camera at first.
  void bring(CallMedia media) { media_ = std::move(media); }
  /// Makes each the other's contact.
  void know(SimulatedDevice& other);
  void dial(const SimulatedDevice& other);
  /// Accepts the call that rings. False if none does.
  bool accept();
  /// When the person here agreed to a call: by dialling or accepting.
  std::optional<Timestamp> consented() const { return consented_; }
  /// How many calls have rung here.
  int rings() const { return rings_; }
  /// Called when a call rings here.
  void on_ringing(std::function<void()> callback) { on_ringing_ = std::move(callback); }

  /// The call, once there is one.
  Call* call() const { return call_.get(); }
  /// The same, for a test that looks at it when there is a newer one.
  std::shared_ptr<Call> keep_call() const { return call_; }
  const SimulatedMicrophone& microphone() const { return *microphone_; }
  const SimulatedCamera& camera() const { return *camera_; }
  std::shared_ptr<AudioSource> own_microphone() const { return microphone_; }
  std::shared_ptr<VideoSource> own_camera() const { return camera_; }
  uint64_t pictures_shown() const { return pictures_shown_; }
  /// Blocks of 10 ms in which something was to be heard.
  uint64_t blocks_heard() const { return blocks_heard_; }
  /// Ends the engine.
  void close_engine();

 private:
  void take(std::shared_ptr<Call> call);
  void play();

  VirtualMachine& machine_;
  const DeviceOptions options_;
  std::shared_ptr<SimulatedMicrophone> microphone_;
  std::shared_ptr<SimulatedCamera> camera_;
  CallMedia media_;
  Identity identity_;
  std::unique_ptr<Engine> engine_;
  std::function<void()> on_ringing_;
  std::shared_ptr<Call> call_;
  std::optional<Timestamp> consented_;
  std::optional<VirtualMachine::EventId> next_play_;
  int rings_ = 0;
  uint64_t pictures_shown_ = 0;
  uint64_t blocks_heard_ = 0;
};

}  // namespace sotto::simulation
