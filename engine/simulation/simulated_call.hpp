#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/simulation/modelled_codecs.hpp"
#include "engine/simulation/repeatable_openssl.hpp"
#include "engine/simulation/simulated_device.hpp"
#include "engine/simulation/simulated_network.hpp"
#include "engine/simulation/simulated_signaling.hpp"
#include "engine/simulation/virtual_machine.hpp"
#include "engine/simulation/wire_watch.hpp"

namespace sotto::simulation {

struct CallScenario {
  std::string network;  ///< see parse_link_profile; the same both ways
  SignalingProfile signaling{};
  uint64_t seed = 1;
  /// Codecs that have sizes and times, but neither sound nor pictures: for long calls.
  bool modelled_codecs = true;
  const media::VideoCodec* video_codec = nullptr;  ///< In the place of that for pictures. Stays.
  int width = 640;
  int height = 360;
  BlockMaker microphone = nullptr;                       ///< what Alice's hears; null: a tone, as Bob's
  AudioProcessing processing = AudioProcessing::none();  ///< of Alice's
  std::FILE* trace = nullptr;                            ///< One line for each datagram that is sent.
};

/// A call between two whole engines in virtual time, watched: Alice calls Bob. What happens when is for the test to
/// say. After each event the rules of WireWatch have to hold, no source may be open without consent, and queues stay
/// short; once a second the statistics have to add up. One at a time in a process, on one thread.
class SimulatedCall {
 public:
  explicit SimulatedCall(const CallScenario& scenario);
  ~SimulatedCall();

  VirtualMachine& machine() { return machine_; }
  SimulatedNetwork& network() { return network_; }
  SimulatedSignaling& signaling() { return signaling_; }
  SimulatedDevice& alice() { return *devices_[0]; }
  SimulatedDevice& bob() { return *devices_[1]; }

  /// Alice dials.
  void dial();
  /// Shows each datagram that is sent, too.
  void on_sent(SimulatedNetwork::Tap tap) { on_sent_ = std::move(tap); }
  /// Lets `time` pass.
  void run(Duration time) { machine_.run_until(machine_.now() + time); }
  /// Lets time pass until `done`, at most `patience`. Whether it is.
  bool run_until(const std::function<bool()>& done, Duration patience);
  /// Dials, lets Bob accept `ring` after it rings at his device, `talk` later lets Alice hang up, and rests.
  void run_whole(Duration ring, Duration talk);

  /// Lets the last words pass, and holds it against the call if anything still waits then.
  void rest();

  /// Which rules were broken; see WireWatch, and those that are held against statistics and queues.
  const std::vector<std::string>& faults() const { return watch_.faults(); }
  /// See WireWatch: the same for the same scenario.
  uint64_t hash() const { return watch_.hash(); }
  const WireWatch& watch() const { return watch_; }

 private:
  std::unique_ptr<SimulatedDevice> make_device(int device, const CallScenario& scenario);
  void check_sources();
  void check_statistics();

  VirtualMachine machine_;
  RepeatableOpenSsl openssl_;
  ModelledAudioCodec modelled_audio_;
  ModelledVideoCodec modelled_video_;
  OneCoreVp8 one_core_video_;
  SimulatedNetwork network_;
  SimulatedSignaling signaling_;
  std::array<std::unique_ptr<SimulatedDevice>, 2> devices_;
  WireWatch watch_;
  SimulatedNetwork::Tap on_sent_;
  size_t idle_ = 0;  // events planned without a call
};

}  // namespace sotto::simulation
