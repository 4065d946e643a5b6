#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <sotto/export.hpp>
#include <sotto/signaling_channel.hpp>

namespace sotto {

/// Joins devices that live in one process: for tests, demonstrations and loopback calls.
///
/// One thread delivers for the whole hub, so that two handlers never run at once, a handler may send and stop freely,
/// and each device gets envelopes in the order in which they were sent. Like a server, it takes an envelope for a
/// device that it does not know and drops it without saying so. Any thread.
class SOTTO_API InProcessHub {
 public:
  InProcessHub();
  /// Ends delivery. Channels may outlive the hub; what they send goes nowhere. Not from within a handler.
  ~InProcessHub();
  InProcessHub(const InProcessHub&) = delete;
  InProcessHub& operator=(const InProcessHub&) = delete;

  /// A channel that receives what is sent to this device; a later one for the same device takes its place. Up to 64
  /// envelopes wait until it is started.
  std::unique_ptr<SignalingChannel> connect(const std::array<uint8_t, 32>& account,
                                            const std::array<uint8_t, 16>& device);

 private:
  class State;
  class Channel;
  std::shared_ptr<State> state_;
};

}  // namespace sotto
