#include "engine/emulated_network.hpp"

#include <utility>

namespace sotto::engine {

EmulatedNetwork::EmulatedNetwork(transport::Path& path, const transport::LinkProfile& profile, uint64_t seed,
                                 std::shared_ptr<PacketPool> pool, NetworkThread& network, Machine& machine,
                                 Receiver receiver)
    : receiver_(std::move(receiver)),
      impaired_(path, profile, seed, std::move(pool), [&machine] { return machine.now(); }),
      timer_(network.make_timer([this, &machine] { hand_on(machine.now()); })) {}

void EmulatedNetwork::send(std::span<const ByteView> datagrams) {
  impaired_.send(datagrams);
  timer_->set(impaired_.next_deadline());
}

void EmulatedNetwork::receive(ByteView datagram, Timestamp arrival) {
  impaired_.receive(datagram, arrival);
  hand_on(arrival);
}

void EmulatedNetwork::hand_on(Timestamp now) {
  impaired_.on_deadline(now);
  while (const PacketHandle datagram = impaired_.poll_received(now)) receiver_(datagram->view(), now);
  timer_->set(impaired_.next_deadline());
}

}  // namespace sotto::engine
