#include "engine/simulation/simulated_signaling.hpp"

#include <algorithm>
#include <utility>

namespace sotto::simulation {
namespace {

// RFC 6298 2.4 asks for no less than 1 s, and everybody takes 200 ms.
constexpr Duration kLeastRetransmission = 200ms;
constexpr int kMostRetransmissions = 6;

}  // namespace

struct SimulatedSignaling::State {
  VirtualMachine& machine;
  const SignalingProfile profile;
  SeededRandom random;
  bool up = true;
  std::array<std::function<void(Envelope)>, 2> receivers{};
  std::array<Timestamp, 2> last_arrival{};

  void send(const std::shared_ptr<State>& self, int to, Envelope envelope) {
    if (!up) return;
    Timestamp arrival = machine.now() + profile.delay;
    Duration timeout = std::max<Duration>(kLeastRetransmission, 2 * profile.delay);
    for (int i = 0; i < kMostRetransmissions && lost(); ++i, timeout *= 2) arrival += timeout;
    // TCP keeps the order.
    arrival = last_arrival.at(to) = std::max(arrival, last_arrival.at(to));
    machine.at(arrival, [self, to, envelope = std::move(envelope)] {
      const auto receiver = self->receivers.at(to);
      if (receiver) receiver(envelope);
    });
  }
  bool lost() { return static_cast<double>(random.u32()) < profile.loss * 4294967296.0; }
};

class SimulatedSignaling::Channel final : public SignalingChannel {
 public:
  Channel(std::shared_ptr<State> state, int device) : state_(std::move(state)), device_(device) {}

  void start(std::function<void(Envelope)> on_envelope) override {
    state_->receivers.at(device_) = std::move(on_envelope);
  }
  void stop() override { state_->receivers.at(device_) = nullptr; }
  Result<void> send(Envelope envelope) override {
    if (envelope.blob.size() > kMaxBlobSize) return Error{ErrorCode::kInvalidArgument, "the envelope is too large"};
    state_->send(state_, 1 - device_, std::move(envelope));
    return {};
  }

 private:
  const std::shared_ptr<State> state_;
  const int device_;
};

SimulatedSignaling::SimulatedSignaling(VirtualMachine& machine, const SignalingProfile& profile, uint64_t seed)
    : state_(std::make_shared<State>(State{machine, profile, SeededRandom(seed)})),
      channels_{std::make_shared<Channel>(state_, 0), std::make_shared<Channel>(state_, 1)} {}

std::shared_ptr<SignalingChannel> SimulatedSignaling::channel(int device) const { return channels_.at(device); }

void SimulatedSignaling::set_up(bool up) { state_->up = up; }

}  // namespace sotto::simulation
