#include "engine/simulation/simulated_signaling.hpp"

#include <algorithm>
#include <utility>

namespace sotto::simulation {
namespace {

// RFC 6298 2.4 asks for no less than 1 s, and everybody takes 200 ms.
constexpr Duration kLeastRetransmission = 200ms;
constexpr int kMostRetransmissions = 6;
constexpr Duration kLatestDuplicate = 1s;

}  // namespace

struct SimulatedSignaling::State {
  VirtualMachine& machine;
  const SignalingProfile profile;
  SeededRandom random;
  bool up = true;
  std::function<void(int device, const Envelope&)> on_sent{};
  std::array<std::function<void(Envelope)>, 2> receivers{};
  std::array<Timestamp, 2> last_arrival{};

  void send(const std::shared_ptr<State>& self, int to, Envelope envelope) {
    if (on_sent) on_sent(1 - to, envelope);
    if (!up || chance(profile.dropped)) return;
    Timestamp arrival = machine.now() + profile.delay;
    Duration timeout = std::max<Duration>(kLeastRetransmission, 2 * profile.delay);
    for (int i = 0; i < kMostRetransmissions && chance(profile.loss); ++i, timeout *= 2) arrival += timeout;
    if (profile.overtaking > Duration::zero()) {
      arrival += up_to(profile.overtaking);
    } else {
      arrival = last_arrival.at(to) = std::max(arrival, last_arrival.at(to));  // TCP keeps the order
    }
    if (chance(profile.duplicated)) deliver(self, to, arrival + up_to(kLatestDuplicate), envelope);
    deliver(self, to, arrival, std::move(envelope));
  }
  void deliver(const std::shared_ptr<State>& self, int to, Timestamp arrival, Envelope envelope) {
    machine.at(arrival, [self, to, envelope = std::move(envelope)] {
      const auto receiver = self->receivers.at(to);
      if (receiver) receiver(envelope);
    });
  }
  /// Draws nothing where there is nothing to draw.
  bool chance(double part) { return part > 0 && static_cast<double>(random.u32()) < part * 4294967296.0; }
  Duration up_to(Duration most) { return Duration(random.u32() % static_cast<uint32_t>(most.count())); }
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

void SimulatedSignaling::inject(int device, const Envelope& envelope) {
  state_->deliver(state_, device, state_->machine.now(), envelope);
}

void SimulatedSignaling::on_sent(std::function<void(int device, const Envelope&)> tap) {
  state_->on_sent = std::move(tap);
}

}  // namespace sotto::simulation
