#include "transport/congestion/drain_watch.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

// What nobody's queue explains any more: as much as rounds of feedback are apart.
constexpr Duration kBeyondGone = 50ms;
// Where no less can be sent than is, it cannot be told by that.
constexpr Duration kLongest = 1500ms;
// A queue that has not become shorter for so long stands.
constexpr Duration kStands = 150ms;

}  // namespace

void DrainWatch::begin(Duration queue, Timestamp now) {
  *this = DrainWatch();
  since_ = shortest_at_ = newest_ = now;
  queue_ = queue;
  shortest_ = Duration::max();
}

void DrainWatch::on_round(const PathObservation& path, DataRate capacity) {
  drained_ += path.newest_sent - path.oldest_sent - path.sent / capacity;
  newest_ = path.newest_sent;
  const Duration left = std::min(path.latest_queue, path.standing_queue);
  if (left >= shortest_) return;
  shortest_ = left;
  shortest_at_ = newest_;
}

bool DrainWatch::belongs_to_others() const {
  const bool would_be_gone = drained_ > queue_ + kBeyondGone || newest_ - since_ > kLongest + 2 * queue_;
  return would_be_gone && newest_ - shortest_at_ > kStands;
}

}  // namespace sotto::transport
