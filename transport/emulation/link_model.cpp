#include "transport/emulation/link_model.hpp"

#include <algorithm>
#include <utility>

namespace sotto::transport {
namespace {

DataSize size_on_link(const PacketBuffer& packet) {
  return DataSize::bytes(static_cast<int64_t>(packet.size() + LinkModel::kOverhead));
}

}  // namespace

LinkModel::LinkModel(LinkProfile profile, uint64_t seed, std::shared_ptr<PacketPool> pool, Timestamp start)
    : profile_(std::move(profile)),
      random_(seed),
      pool_(std::move(pool)),
      start_(start),
      settings_(profile_.settings),
      served_until_(start) {}

void LinkModel::send(ByteView datagram, Timestamp now) {
  advance(now);
  ++counts_.sent;
  if (in_blackout(now)) {
    ++counts_.lost_in_blackout;
    return;
  }
  if (datagram.size() + kOverhead > settings_.mtu || datagram.size() > PacketBuffer::kCapacity) {
    ++counts_.lost_by_size;
    return;
  }
  if (queue_time(now) > settings_.queue) {
    ++counts_.lost_in_queue;
    return;
  }
  ++counts_.in_flight;
  PacketHandle packet = copy_of(datagram);
  if (!settings_.rate) {
    leave_bottleneck(std::move(packet), now);
    return;
  }
  if (queue_.empty()) {
    served_until_ = now;
    first_remaining_ = size_on_link(*packet);
  }
  queued_ += size_on_link(*packet);
  queue_.push(std::move(packet));
}

PacketHandle LinkModel::poll(Timestamp now) {
  advance(now);
  if (flying_.empty() || flying_.front().arrival > now) return {};
  std::pop_heap(flying_.begin(), flying_.end(), InFlight::later);
  PacketHandle packet = std::move(flying_.back().packet);
  flying_.pop_back();
  --counts_.in_flight;
  ++counts_.delivered;
  counts_.bytes_delivered += packet->size() + kOverhead;
  return packet;
}

std::optional<Timestamp> LinkModel::next_deadline() const {
  std::optional<Timestamp> next;
  if (!flying_.empty()) next = flying_.front().arrival;
  if (queue_.empty()) return next;
  Timestamp served = served_until_ + service_time(first_remaining_);
  if (next_change_ < profile_.changes.size()) served = std::min(served, start_ + profile_.changes[next_change_].at);
  return next ? std::min(*next, served) : served;
}

Duration LinkModel::queue_time(Timestamp now) const {
  if (queue_.empty() || !settings_.rate) return {};
  return std::max(served_until_ + service_time(queued_) - now, Duration::zero());
}

void LinkModel::advance(Timestamp now) {
  while (next_change_ < profile_.changes.size() && start_ + profile_.changes[next_change_].at <= now) {
    serve_until(start_ + profile_.changes[next_change_].at);
    settings_ = profile_.changes[next_change_++].settings;
  }
  serve_until(now);
}

void LinkModel::serve_until(Timestamp end) {
  while (!queue_.empty()) {
    const Timestamp served = settings_.rate ? served_until_ + service_time(first_remaining_) : served_until_;
    if (served > end) {
      const DataSize gone = std::min(*settings_.rate * (end - served_until_), first_remaining_);
      // A whole number of bytes, so that nothing is lost to rounding.
      first_remaining_ -= gone;
      queued_ -= gone;
      served_until_ += gone / *settings_.rate;
      return;
    }
    queued_ -= first_remaining_;
    served_until_ = served;
    PacketHandle first = queue_.pop();
    if (!queue_.empty()) first_remaining_ = size_on_link(*queue_.front());
    leave_bottleneck(std::move(first), served);
  }
}

bool LinkModel::in_blackout(Timestamp now) {
  while (next_blackout_ < profile_.blackouts.size() && start_ + profile_.blackouts[next_blackout_].at <= now) {
    const LinkProfile::Blackout& blackout = profile_.blackouts[next_blackout_++];
    dark_until_ = std::max(dark_until_, start_ + blackout.at + blackout.length);
  }
  return now < dark_until_;
}

void LinkModel::leave_bottleneck(PacketHandle packet, Timestamp now) {
  const bool in_burst = lost_in_burst();
  if (in_burst || happens(settings_.loss)) {
    ++counts_.lost_at_random;
    --counts_.in_flight;
    return;
  }
  if (happens(settings_.corruption) && !packet->empty()) {
    packet->view()[random_.u32() % packet->size()] ^= static_cast<uint8_t>(1 << random_.u32() % 8);
    ++counts_.corrupted;
  }
  if (happens(settings_.duplication)) {
    ++counts_.duplicated;
    ++counts_.in_flight;
    fly(copy_of(packet->view()), now);
  }
  fly(std::move(packet), now);
}

void LinkModel::fly(PacketHandle packet, Timestamp now) {
  const Duration spread = random_time(2 * settings_.jitter) - settings_.jitter;
  Timestamp arrival = now + std::max(settings_.delay + spread, Duration::zero());
  if (!settings_.overtaking) arrival = std::max(arrival, last_arrival_);
  last_arrival_ = std::max(arrival, last_arrival_);
  if (happens(settings_.reordering)) arrival += random_time(settings_.lateness);
  flying_.push_back({.arrival = arrival, .order = order_++, .packet = std::move(packet)});
  std::push_heap(flying_.begin(), flying_.end(), InFlight::later);
}

PacketHandle LinkModel::copy_of(ByteView datagram) {
  PacketHandle packet = pool_->take();
  packet->append_bytes(datagram);
  return packet;
}

/// Two states: in the bad one everything is lost. The chances of going from one to the other are such that bursts have
/// the mean length, and that the part of lost datagrams is right.
bool LinkModel::lost_in_burst() {
  if (settings_.burst_loss <= 0) return in_burst_ = false;
  const double leave = 1 / settings_.burst_length;
  const double enter = leave * settings_.burst_loss / (1 - settings_.burst_loss);
  return in_burst_ = in_burst_ ? !happens(leave) : happens(enter);
}

bool LinkModel::happens(double probability) {
  return probability > 0 && static_cast<double>(random_.u32()) < probability * 4294967296.0;
}

Duration LinkModel::random_time(Duration most) {
  if (most.count() <= 0) return {};
  return Duration(static_cast<int64_t>(random_.u64() % (static_cast<uint64_t>(most.count()) + 1)));
}

Duration LinkModel::service_time(DataSize size) const { return settings_.rate ? size / *settings_.rate : Duration(); }

}  // namespace sotto::transport
