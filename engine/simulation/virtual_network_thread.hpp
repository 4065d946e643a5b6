#pragma once

#include <deque>
#include <optional>

#include "engine/network_thread.hpp"
#include "engine/simulation/virtual_machine.hpp"

namespace sotto::simulation {

class SimulatedNetwork;

/// A network thread in virtual time, whose agents find their way in a simulated network.
class VirtualNetworkThread final : public engine::NetworkThread {
 public:
  /// `device` is its end of the network: 0 or 1. Machine and network stay.
  VirtualNetworkThread(VirtualMachine& machine, SimulatedNetwork& network, int device);
  ~VirtualNetworkThread() override;

  void post(std::function<void()> task) override;
  void run(const std::function<void()>& task) override { task(); }
  bool is_current() const override { return true; }
  std::unique_ptr<engine::DeadlineTimer> make_timer(std::function<void()> on_deadline) override;
  std::shared_ptr<engine::WakeSignal> make_wake_signal(std::function<void()> on_wake) override;
  Result<std::unique_ptr<transport::IceAgent>> make_ice_agent(transport::IceOptions options,
                                                              transport::IceCallbacks callbacks) override;

 private:
  void run_posted();

  VirtualMachine& machine_;
  SimulatedNetwork& network_;
  const int device_;
  std::deque<std::function<void()>> posted_;
  std::optional<VirtualMachine::EventId> turn_;
};

}  // namespace sotto::simulation
