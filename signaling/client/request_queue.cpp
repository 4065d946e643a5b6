#include "signaling/client/request_queue.hpp"

#include <algorithm>
#include <utility>

namespace sotto::signaling {
namespace {

constexpr size_t kMaxWaiting = 64;
constexpr Duration kPatience = 10s;

}  // namespace

bool RequestQueue::full() const { return waiting_.size() >= kMaxWaiting; }

void RequestQueue::push(Request request, Timestamp now) {
  request.id = next_id_++;
  request.deadline = now + kPatience;
  waiting_.push_back(std::move(request));
}

std::optional<Request> RequestQueue::take(RequestId id) {
  const auto found = std::ranges::find(waiting_, id, &Request::id);
  if (found == waiting_.end()) return std::nullopt;
  Request request = std::move(*found);
  waiting_.erase(found);
  return request;
}

std::vector<RequestId> RequestQueue::expire(Timestamp now) {
  std::vector<RequestId> expired;
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    expired.push_back(waiting_.front().id);
    waiting_.pop_front();
  }
  return expired;
}

std::optional<Timestamp> RequestQueue::next_deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().deadline;
}

}  // namespace sotto::signaling
