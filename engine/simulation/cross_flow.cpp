#include "engine/simulation/cross_flow.hpp"

#include <algorithm>

namespace sotto::simulation {
namespace {

constexpr Duration kTimeout = 1s;
constexpr uint32_t kReordered = 3;

}  // namespace

void CrossFlow::start(Timestamp now) {
  running_ = true;
  send_all(now);
}

void CrossFlow::on_arrival(ByteView datagram, Timestamp now) {
  ++delivered_;
  acknowledgements_.emplace(now + way_back_, ByteReader(datagram.subspan(1)).u32());
}

std::optional<Timestamp> CrossFlow::next_deadline() const {
  if (!running_) return std::nullopt;
  std::optional<Timestamp> next;
  if (!acknowledgements_.empty()) next = acknowledgements_.begin()->first;
  if (!in_flight_.empty()) {
    const Timestamp timeout = in_flight_.begin()->second + kTimeout;
    next = next ? std::min(*next, timeout) : timeout;
  }
  return next;
}

void CrossFlow::on_deadline(Timestamp now) {
  while (!acknowledgements_.empty() && acknowledgements_.begin()->first <= now) {
    const uint32_t number = acknowledgements_.begin()->second;
    acknowledgements_.erase(acknowledgements_.begin());
    on_acknowledged(number, now);
  }
  while (!in_flight_.empty() && in_flight_.begin()->second + kTimeout <= now) {
    in_flight_.erase(in_flight_.begin());
    threshold_ = std::max(window_ / 2, 2.0);
    window_ = 2;
  }
  send_all(now);
}

void CrossFlow::on_acknowledged(uint32_t number, Timestamp now) {
  in_flight_.erase(number);
  window_ += window_ < threshold_ ? 1 : 1 / window_;
  while (!in_flight_.empty() && in_flight_.begin()->first + kReordered < number)
    on_loss(in_flight_.begin()->first, now);
}

void CrossFlow::on_loss(uint32_t number, Timestamp) {
  in_flight_.erase(number);
  if (number < recover_) return;
  recover_ = next_;
  threshold_ = window_ = std::max(window_ / 2, 2.0);
}

void CrossFlow::send_all(Timestamp now) {
  while (static_cast<double>(in_flight_.size()) < window_) {
    Bytes datagram(kPacketSize);
    ByteWriter out(datagram);
    out.u8(kMark);
    out.u32(next_);
    in_flight_.emplace(next_++, now);
    link_.send(datagram, now);
  }
}

}  // namespace sotto::simulation
