#include "transport/congestion/redundancy_control.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::transport {
namespace {

// So many packets have to be told of before none of them being lost means anything; and so many if some were.
constexpr size_t kFewest = 25;
constexpr size_t kFewestWithLoss = 100;
// Parts are taken of no fewer than this, so that one loss is no reason for anything.
constexpr double kLeastBase = 100;
// The last 1.3 s are looked at by themselves, so that what begins is met soon: three runs in them do for a first copy.
constexpr size_t kLately = 64;
constexpr double kLeastBaseLately = 128;

// What a copy has to save. The first costs 20 ms of delay, which the other end waits for if it saves 2 % (see
// ArrivalDelay); each further one costs the same again, and as much of the path as the sound itself.
constexpr double kWorthTheFirst = 0.02;
constexpr double kWorthAnother = 0.03;
// A copy that is in use stays until it saves less than this part of what it takes to begin with.
constexpr double kStays = 2.0 / 3;

}  // namespace

void RedundancyControl::on_sent(int64_t sequence) { at(sent_count_++) = {.sequence = sequence}; }

void RedundancyControl::on_feedback(std::span<const PacketResult> results) {
  bool news = false;
  for (const PacketResult& result : results) {
    Sent* sent = find(result.packet.sequence);
    if (sent == nullptr) continue;
    sent->fate = result.arrival ? Fate::kArrived : Fate::kLost;
    news = true;
  }
  if (!news) return;
  Savings savings = savings_of(kWindow, kLeastBase);
  if (known() < (savings[0] > 0 ? kFewestWithLoss : kFewest)) savings[0] = std::max(savings[0], kWorthTheFirst);
  const Savings lately = savings_of(kLately, kLeastBaseLately);
  for (size_t i = 0; i < savings.size(); ++i) savings[i] = std::max(savings[i], lately[i]);
  decide(savings);
}

RedundancyControl::Sent* RedundancyControl::find(int64_t sequence) {
  // Numbers grow from slot to slot, once around from the oldest: search by halves.
  size_t first = sent_count_ - std::min(sent_count_, kWindow);
  size_t end = sent_count_;
  while (first < end) {
    const size_t middle = first + (end - first) / 2;
    if (at(middle).sequence < sequence) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first < sent_count_ && at(first).sequence == sequence ? &at(first) : nullptr;
}

size_t RedundancyControl::known() const {
  return static_cast<size_t>(
      std::count_if(sent_.begin(), sent_.end(), [](const Sent& sent) { return sent.fate != Fate::kUnknown; }));
}

RedundancyControl::Savings RedundancyControl::savings_of(size_t packets, double least_base) const {
  size_t known = 0;
  size_t run = 0;
  Savings longer{};  // how many runs were longer than so many packets
  for (size_t i = sent_count_ - std::min(sent_count_, packets); i < sent_count_; ++i) {
    const Fate fate = at(i).fate;
    known += fate == Fate::kUnknown ? 0 : 1;
    run = fate == Fate::kLost ? run + 1 : 0;
    if (run > 0 && run <= longer.size()) longer[run - 1] += 1;
  }
  for (double& part : longer) part /= std::max(static_cast<double>(known), least_base);
  return longer;
}

void RedundancyControl::on_fraction_lost(double fraction) {
  Savings savings;
  for (size_t i = 0; i < savings.size(); ++i) {
    savings[i] = std::pow(fraction, static_cast<double>(i + 1)) * (1 - fraction);
  }
  decide(savings);
}

void RedundancyControl::decide(const Savings& savings) {
  const int before = copies_;
  copies_ = 0;
  for (const double saved : savings) {
    const double worth = copies_ == 0 ? kWorthTheFirst : kWorthAnother;
    if (saved < (copies_ < before ? worth * kStays : worth)) return;
    ++copies_;
  }
}

}  // namespace sotto::transport
