#include "engine/simulation/virtual_network_thread.hpp"

#include <utility>

#include "engine/simulation/modelled_ice.hpp"

namespace sotto::simulation {
namespace {

class VirtualTimer final : public engine::DeadlineTimer {
 public:
  VirtualTimer(VirtualMachine& machine, std::function<void()> on_deadline)
      : machine_(machine), on_deadline_(std::move(on_deadline)) {}
  ~VirtualTimer() override {
    if (armed_) machine_.cancel(*armed_);
  }

  void set(std::optional<Timestamp> deadline) override {
    if (!deadline || (armed_ && armed_->first <= *deadline)) return;
    if (armed_) machine_.cancel(*armed_);
    armed_ = machine_.at(*deadline, [this] {
      armed_.reset();
      on_deadline_();
    });
  }

 private:
  VirtualMachine& machine_;
  const std::function<void()> on_deadline_;
  std::optional<VirtualMachine::EventId> armed_;
};

class VirtualWakeSignal final : public engine::WakeSignal {
 public:
  VirtualWakeSignal(VirtualMachine& machine, std::function<void()> on_wake)
      : machine_(machine), on_wake_(std::move(on_wake)) {}

  void notify() override {
    if (closed_ || pending_) return;
    pending_ = machine_.after(Duration{}, [this] {
      pending_.reset();
      on_wake_();
    });
  }
  void close() override {
    if (pending_) machine_.cancel(*pending_);
    closed_ = true;
  }

 private:
  VirtualMachine& machine_;
  const std::function<void()> on_wake_;
  std::optional<VirtualMachine::EventId> pending_;
  bool closed_ = false;
};

}  // namespace

VirtualNetworkThread::VirtualNetworkThread(VirtualMachine& machine, SimulatedNetwork& network, int device)
    : machine_(machine), network_(network), device_(device) {}

VirtualNetworkThread::~VirtualNetworkThread() {
  while (!posted_.empty()) run_posted();
  if (turn_) machine_.cancel(*turn_);
}

void VirtualNetworkThread::post(std::function<void()> task) {
  posted_.push_back(std::move(task));
  if (!turn_) turn_ = machine_.after(Duration{}, [this] { run_posted(); });
}

void VirtualNetworkThread::run_posted() {
  if (turn_) machine_.cancel(*std::exchange(turn_, std::nullopt));
  for (auto tasks = std::exchange(posted_, {}); !tasks.empty(); tasks.pop_front()) tasks.front()();
}

std::unique_ptr<engine::DeadlineTimer> VirtualNetworkThread::make_timer(std::function<void()> on_deadline) {
  return std::make_unique<VirtualTimer>(machine_, std::move(on_deadline));
}

std::shared_ptr<engine::WakeSignal> VirtualNetworkThread::make_wake_signal(std::function<void()> on_wake) {
  return std::make_shared<VirtualWakeSignal>(machine_, std::move(on_wake));
}

Result<std::unique_ptr<transport::IceAgent>> VirtualNetworkThread::make_ice_agent(transport::IceOptions options,
                                                                                  transport::IceCallbacks callbacks) {
  return std::unique_ptr<transport::IceAgent>(
      std::make_unique<ModelledIce>(machine_, network_, device_, std::move(options), std::move(callbacks)));
}

}  // namespace sotto::simulation
