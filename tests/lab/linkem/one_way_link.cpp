#include "tests/lab/linkem/one_way_link.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sotto::lab {
namespace {

double bits(size_t bytes) { return static_cast<double>(bytes) * 8; }

}  // namespace

void OneWayLink::set(std::string_view settings, double now) {
  serve(now);
  apply(settings, now, settings_);
}

void OneWayLink::take(std::span<const uint8_t> packet, double now) {
  count([&](LinkCount& counted) { counted.on_arrival(packet.size()); });
  serve(now);
  if (now < settings_.blackout_until) {
    count([](LinkCount& counted) { ++counted.lost_in_blackouts; });
    return;
  }
  if (settings_.rate <= 0) return leave_queue({packet.begin(), packet.end()}, now, now);
  if (queue_is_full(packet.size())) {
    count([](LinkCount& counted) { ++counted.lost_in_queue; });
    return;
  }
  if (queue_.empty()) {
    head_bits_ = bits(packet.size());
    served_ = now;
  }
  queue_.push_back({now, {packet.begin(), packet.end()}});
  queued_bytes_ += static_cast<double>(packet.size());
}

void OneWayLink::deliver(double now, const std::function<void(std::span<const uint8_t>)>& out) {
  serve(now);
  while (!flying_.empty() && flying_.top().due <= now) {
    const Flying& due = flying_.top();
    out(due.packet);
    count([&](LinkCount& counted) { counted.on_delivery(due.packet.size(), now - due.due); });
    flying_.pop();
  }
}

double OneWayLink::next() const {
  double next = std::numeric_limits<double>::infinity();
  if (!queue_.empty()) next = settings_.rate > 0 ? served_ + head_bits_ / settings_.rate : served_;
  if (!flying_.empty()) next = std::min(next, flying_.top().due);
  return next;
}

LinkCount OneWayLink::take_second() { return std::exchange(second_, {}); }

void OneWayLink::serve(double now) {
  while (!queue_.empty()) {
    if (settings_.rate > 0) {
      const double needed = head_bits_ / settings_.rate;
      if (served_ + needed > now) {
        head_bits_ -= (now - served_) * settings_.rate;
        break;
      }
      served_ += needed;
    }
    Queued head = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= static_cast<double>(head.packet.size());
    if (!queue_.empty()) head_bits_ = bits(queue_.front().packet.size());
    leave_queue(std::move(head.packet), head.arrived, settings_.rate > 0 ? served_ : now);
  }
  served_ = now;
}

bool OneWayLink::queue_is_full(size_t size) const {
  if (queue_.empty()) return false;
  const double backlog = queued_bytes_ - static_cast<double>(queue_.front().packet.size()) + head_bits_ / 8;
  return (settings_.queue_time > 0 && backlog * 8 / settings_.rate > settings_.queue_time) ||
         (settings_.queue_bytes > 0 && backlog + static_cast<double>(size) > settings_.queue_bytes);
}

// All is drawn for each packet, lost or not, so that one setting does not change the draws of the other.
void OneWayLink::leave_queue(std::vector<uint8_t> packet, double arrived, double now) {
  count([&](LinkCount& counted) { counted.queued_for(now - arrived); });
  const bool lost = is_lost();
  const double spread = jitter();
  if (lost) {
    count([](LinkCount& counted) { ++counted.lost; });
    return;
  }
  double due = std::max(now + std::max(0.0, settings_.delay + spread), settings_.hold_until);
  if (!settings_.reorder) due = std::max(due, last_due_);
  last_due_ = std::max(last_due_, due);
  if (settings_.duplication > 0 && random_.uniform() < settings_.duplication) flying_.push({due, number_++, packet});
  flying_.push({due, number_++, std::move(packet)});
}

bool OneWayLink::is_lost() {
  bool lost = false;
  if (settings_.burst_loss > 0) {
    const double ends = 1 / settings_.mean_burst_length;
    const double begins = ends * settings_.burst_loss / (1 - settings_.burst_loss);
    in_burst_ = in_burst_ ? random_.uniform() >= ends : random_.uniform() < begins;
    lost = in_burst_;
  }
  if (settings_.loss > 0 && random_.uniform() < settings_.loss) lost = true;
  return lost;
}

double OneWayLink::jitter() {
  if (settings_.jitter <= 0) return 0;
  switch (settings_.jitter_shape) {
    case JitterShape::kUniform:
      return (2 * random_.uniform() - 1) * settings_.jitter;
    case JitterShape::kNormal:
      return random_.normal() * settings_.jitter;
    case JitterShape::kExponential:
      return random_.exponential() * settings_.jitter;
  }
  return 0;
}

}  // namespace sotto::lab
