#include "engine/simulation/simulated_network.hpp"

#include <utility>

namespace sotto::simulation {
namespace {

// Any number that makes the chances of one direction others than those of the other.
constexpr uint64_t kOtherDirection = 0x9e3779b97f4a7c15;

}  // namespace

SimulatedNetwork::SimulatedNetwork(VirtualMachine& machine, const transport::LinkProfile& profile, uint64_t seed)
    : machine_(machine),
      delay_(profile.settings.delay),
      ends_{End{{profile, seed, pool_, machine.now()}}, End{{profile, seed ^ kOtherDirection, pool_, machine.now()}}} {}

SimulatedNetwork::~SimulatedNetwork() {
  for (End& end : ends_) {
    if (end.next) machine_.cancel(*end.next);
    if (end.download && end.download->next) machine_.cancel(*end.download->next);
  }
}

uint64_t SimulatedNetwork::open(int device, Receiver receiver) {
  End& end = ends_.at(device);
  end.receiver = std::move(receiver);
  return end.socket = ++sockets_;
}

void SimulatedNetwork::close(int device, uint64_t socket) {
  End& end = ends_.at(device);
  if (end.socket == socket) end.receiver = nullptr;
}

void SimulatedNetwork::send(int device, ByteView datagram) {
  if (on_sent_) on_sent_(device, datagram);
  ends_.at(device).link.send(datagram, machine_.now());
  plan(device);
}

void SimulatedNetwork::inject(int device, ByteView datagram) {
  if (on_arrived_) on_arrived_(device, datagram);
  const Receiver receiver = ends_.at(device).receiver;
  if (receiver) receiver(datagram, machine_.now());
}

void SimulatedNetwork::start_download(int device) {
  End& end = ends_.at(device);
  end.download.emplace(Download{CrossFlow(end.link, delay_)});
  end.download->flow.start(machine_.now());
  plan_download(device);
}

void SimulatedNetwork::plan_download(int device) {
  End& end = ends_.at(device);
  if (!end.download) return;
  const auto deadline = end.download->flow.next_deadline();
  auto& next = end.download->next;
  if (deadline && (!next || next->first > *deadline)) {
    if (next) machine_.cancel(*next);
    next = machine_.at(*deadline, [this, device] {
      Download& download = *ends_.at(device).download;
      download.next.reset();
      download.flow.on_deadline(machine_.now());
      plan_download(device);
    });
  }
  plan(device);
}

void SimulatedNetwork::watch(Tap on_sent, Tap on_arrived) {
  on_sent_ = std::move(on_sent);
  on_arrived_ = std::move(on_arrived);
}

void SimulatedNetwork::plan(int device) {
  End& end = ends_.at(device);
  const auto deadline = end.link.next_deadline();
  if (!deadline || (end.next && end.next->first <= *deadline)) return;
  if (end.next) machine_.cancel(*end.next);
  end.next = machine_.at(*deadline, [this, device] { deliver(device); });
}

void SimulatedNetwork::deliver(int device) {
  ends_.at(device).next.reset();
  const int to = 1 - device;
  while (const PacketHandle datagram = ends_.at(device).link.poll(machine_.now())) {
    if (ends_.at(device).download && !datagram->empty() && datagram->view()[0] == CrossFlow::kMark) {
      ends_.at(device).download->flow.on_arrival(datagram->view(), machine_.now());
      plan_download(device);
      continue;
    }
    if (on_arrived_) on_arrived_(to, datagram->view());
    // A copy: whoever receives may close.
    const Receiver receiver = ends_.at(to).receiver;
    if (receiver) receiver(datagram->view(), machine_.now());
  }
  plan(device);
}

}  // namespace sotto::simulation
