#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include <sotto/signaling_channel.hpp>

#include "base/random.hpp"
#include "engine/simulation/virtual_machine.hpp"

namespace sotto::simulation {

/// What becomes of envelopes on their way from device to device, through a server.
struct SignalingProfile {
  Duration delay = 10ms;  ///< from device to device
  /// Part that is lost. Links to a server are TCP: what is lost comes later, and what follows waits for it.
  double loss = 0;
  // What a server of bad will does, or a channel that is no TCP.
  double dropped = 0;     ///< part that never comes
  double duplicated = 0;  ///< part that comes twice, the second time after up to a second
  Duration overtaking{};  ///< each is held back by up to so much, so that later ones overtake it; zero: in order
};

/// Two signalling channels, one for each device, in virtual time.
class SimulatedSignaling {
 public:
  SimulatedSignaling(VirtualMachine& machine, const SignalingProfile& profile, uint64_t seed);

  /// The channel of `device`, 0 or 1, whose envelopes go to the other. It may outlive this.
  std::shared_ptr<SignalingChannel> channel(int device) const;
  /// Whether the server is there: what is sent while it is not is lost.
  void set_up(bool up);
  /// Lets an envelope arrive at `device` that nobody sends now: an old one, or one for somebody else.
  void inject(int device, const Envelope& envelope);
  /// Shows each envelope as it is sent: which device sends it.
  void on_sent(std::function<void(int device, const Envelope&)> tap);

 private:
  class Channel;
  struct State;
  std::shared_ptr<State> state_;
  std::array<std::shared_ptr<Channel>, 2> channels_;
};

}  // namespace sotto::simulation
