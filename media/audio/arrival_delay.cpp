#include "media/audio/arrival_delay.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace sotto::media {
namespace {

constexpr Duration kBlock = 500ms;

// What is believed of a network before anything is measured; fades as the history fills. Two busy cores at both ends
// show 2 to 5 ms.
constexpr Duration kInitialJitter = 6ms;

// Each half second weighs this much less than the next, and the worst of them, up to this share of all weight but at
// least one whole half second, are not waited for. So one bad half second never counts, two in a row count at once, and
// a spike of 2 s is forgotten after 8.
constexpr double kForgetting = 0.95;
constexpr double kTail = 0.08;
constexpr double kLeastTail = 1.0;

// A delay that saves one packet of a hundred is worth this.
constexpr Duration kWorthOfOnePercent = 10ms;

// The packets of a network that stood still come in a heap, each later by less than the one before: by 20 ms if they
// come all at once. The delay of a path that became slower goes back by less than this from packet to packet, if at
// all.
constexpr Duration kHeap = 10ms;

// A queue that grew and goes again is one bad half second, however long it took; what lasts is no episode.
constexpr Duration kLongestEpisode = 4s;

// No delay is longer than what a call could bear; keeps sums and the history sane whatever time stamps say.
constexpr Duration kLongest = 4s;

}  // namespace

ArrivalDelay::ArrivalDelay() { reset(); }

void ArrivalDelay::reset() {
  fastest_.clear();
  block_end_.reset();
  block_worst_ = {};
  worst_[0] = worst_[1] = kInitialJitter;  // Two, since one alone would not count.
  blocks_ = 2;
  jitter_ = kInitialJitter;
  late_in_a_row_ = 0;
  slower_since_.reset();
  packets_ = 0;
  reordering_ = {};
}

void ArrivalDelay::on_packet(int64_t position, Timestamp arrival, bool reordered) {
  if (!block_end_) block_end_ = arrival + kBlock;
  const bool block_is_over = arrival >= *block_end_ && (!slower_since_ || arrival >= *slower_since_ + kLongestEpisode);
  if (block_is_over) close_block();
  if (block_is_over && arrival >= *block_end_) block_end_ = arrival + kBlock;

  const int64_t transit = offset_from_media_time(position, arrival);
  if (!reordered) fastest_.add(transit, arrival);
  const Duration behind = std::clamp(Duration(transit - fastest()), Duration::zero(), kLongest);
  recent_[packets_++ % kRecent] = reordered ? behind : Duration::zero();
  if (reordered) return;
  note_lateness(behind, arrival);
  if (behind > block_worst_) {
    block_worst_ = behind;
    if (behind > jitter_) update_jitter();
  }
}

void ArrivalDelay::note_lateness(Duration behind, Timestamp arrival) {
  if (behind <= jitter_) {
    late_in_a_row_ = 0;
    slower_since_.reset();
    return;
  }
  const Duration before = late_[(late_in_a_row_ + kLateInARow - 1) % kLateInARow];
  if (late_in_a_row_ > 0 && behind < before - kHeap) late_in_a_row_ = 0;
  late_[late_in_a_row_++ % kLateInARow] = behind;
  if (late_in_a_row_ == kLateInARow && !slower_since_) slower_since_ = arrival;
}

/// What all of the last packets were late by, if they were enough in a row.
Duration ArrivalDelay::lasting_lateness() const {
  return late_in_a_row_ < kLateInARow ? Duration::zero() : *std::min_element(late_.begin(), late_.end());
}

void ArrivalDelay::close_block() {
  worst_[blocks_++ % kHistory] = block_worst_;
  block_worst_ = {};
  *block_end_ += kBlock;
  update_jitter();
  update_reordering();
}

void ArrivalDelay::update_jitter() {
  // Newest first, with its weight: the half second that has just begun counts in full.
  std::array<std::pair<Duration, double>, kHistory + 1> weighted;
  const size_t count = std::min(blocks_, kHistory);
  weighted[0] = {block_worst_, 1.0};
  double weight = 1.0, total = 1.0;
  for (size_t age = 1; age <= count; ++age) {
    weight *= kForgetting;
    total += weight;
    weighted[age] = {worst_[(blocks_ - age) % kHistory], weight};
  }
  std::sort(weighted.begin(), weighted.begin() + static_cast<std::ptrdiff_t>(count) + 1, std::greater<>());
  double passed_over = 0;
  for (size_t i = 0; i <= count; ++i) {
    passed_over += weighted[i].second;
    jitter_ = weighted[i].first;
    if (passed_over > std::max(kTail * total, kLeastTail)) return;
  }
}

void ArrivalDelay::update_reordering() {
  const size_t count = std::min(packets_, kRecent);
  std::array<Duration, kRecent> overtaken;
  size_t reordered = 0;
  for (size_t i = 0; i < count; ++i) {
    if (recent_[i] > Duration::zero()) overtaken[reordered++] = recent_[i];
  }
  std::sort(overtaken.begin(), overtaken.begin() + static_cast<std::ptrdiff_t>(reordered));
  // Waiting for none of them loses all; waiting for the i fastest costs the delay of the i-th.
  const auto price_of_losing = [&](size_t lost) {
    return Duration(kWorthOfOnePercent.count() * 100 * static_cast<int64_t>(lost) / static_cast<int64_t>(count));
  };
  reordering_ = {};
  if (count == 0) return;
  Duration least = price_of_losing(reordered);
  for (size_t i = 0; i < reordered; ++i) {
    const Duration price = overtaken[i] + price_of_losing(reordered - 1 - i);
    if (price < least) {
      least = price;
      reordering_ = overtaken[i];
    }
  }
}

}  // namespace sotto::media
