#include "signaling/client/send_queue.hpp"

#include <algorithm>
#include <utility>

namespace sotto::signaling {
namespace {

constexpr size_t kMaxWaiting = 64;    // as many as the server holds for a device
constexpr Duration kUsefulFor = 45s;  // HANDSHAKE 2.5: an INIT unanswered for so long is given up

}  // namespace

bool SendQueue::push(Envelope envelope, Timestamp now) {
  if (waiting_.size() >= kMaxWaiting) return false;
  waiting_.push_back({boot_ ? next_id_++ : 0, std::move(envelope), now});
  return true;
}

void SendQueue::on_signed_in(const BootId& boot, uint64_t taken) {
  // A count beyond our own was made by somebody else with this device's key: an earlier process. Then nothing of ours
  // was taken, and ours go on from there.
  const bool goes_on = boot_ == boot && taken < next_id_;
  if (goes_on) {
    std::erase_if(waiting_, [taken](const Waiting& send) { return send.id <= taken; });
    return;
  }
  boot_ = boot;
  first_before_ = taken;
  next_id_ = taken + 1;
  for (Waiting& send : waiting_) send.id = next_id_++;
}

void SendQueue::on_answered(uint64_t id) {
  std::erase_if(waiting_, [id](const Waiting& send) { return send.id == id; });
}

void SendQueue::expire(Timestamp now) {
  while (!waiting_.empty() && now - waiting_.front().since >= kUsefulFor) waiting_.pop_front();
}

std::optional<Timestamp> SendQueue::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().since + kUsefulFor;
}

}  // namespace sotto::signaling
