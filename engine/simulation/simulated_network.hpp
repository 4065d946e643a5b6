#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "engine/simulation/cross_flow.hpp"
#include "engine/simulation/virtual_machine.hpp"
#include "transport/emulation/link_model.hpp"

namespace sotto::simulation {

/// The network between two devices: one modelled link each way, in virtual time.
class SimulatedNetwork {
 public:
  using Receiver = std::function<void(ByteView datagram, Timestamp arrival)>;
  using Tap = std::function<void(int device, ByteView datagram)>;

  /// Both links follow `profile`, each with chances of its own. The machine stays.
  SimulatedNetwork(VirtualMachine& machine, const transport::LinkProfile& profile, uint64_t seed);
  ~SimulatedNetwork();
  SimulatedNetwork(const SimulatedNetwork&) = delete;
  SimulatedNetwork& operator=(const SimulatedNetwork&) = delete;

  /// Opens a socket at `device` and returns its number, which is above zero. A device has one at a time: what arrives
  /// goes to the newest.
  uint64_t open(int device, Receiver receiver);
  /// Closes it, unless another one was opened since.
  void close(int device, uint64_t socket);
  /// Sends a datagram from `device` to the other one.
  void send(int device, ByteView datagram);

  /// Lets a datagram arrive at `device` that the other one has not sent.
  void inject(int device, ByteView datagram);
  /// From now on a CrossFlow shares the link away from `device`.
  void start_download(int device);

  /// Shows each datagram of the devices as it is sent, and as it arrives.
  void watch(Tap on_sent, Tap on_arrived);
  /// What becomes of the datagrams that `device` sends.
  const transport::LinkCounts& counts(int device) const { return ends_.at(device).link.counts(); }

 private:
  struct Download {
    CrossFlow flow;
    std::optional<VirtualMachine::EventId> next{};
  };
  struct End {
    transport::LinkModel link;  // away from here
    std::optional<VirtualMachine::EventId> next{};
    Receiver receiver{};
    uint64_t socket = 0;
    std::optional<Download> download{};
  };

  void plan(int device);
  void deliver(int device);
  void plan_download(int device);

  VirtualMachine& machine_;
  const Duration delay_;
  std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  std::array<End, 2> ends_;
  uint64_t sockets_ = 0;
  Tap on_sent_;
  Tap on_arrived_;
};

}  // namespace sotto::simulation
