#include "transport/recovery/fec_decoder.hpp"

#include <algorithm>
#include <bit>

namespace sotto::transport {

bool FecDecoder::Sum::has(int64_t sequence) const {
  return sequence >= base && sequence < base + FecMask::kMostPackets && unknown.has(static_cast<int>(sequence - base));
}

int64_t FecDecoder::Sum::pivot() const {
  return base + FecMask::kMostPackets - static_cast<int64_t>(std::bit_width(unknown.bits()));
}

bool FecDecoder::Sum::solved() const { return std::has_single_bit(unknown.bits()); }

void FecDecoder::Sum::add(const Sum& other) {
  unknown = FecMask(unknown.bits() ^ other.unknown.bits());
  row.add(other.row);
}

FecDecoder::FecDecoder(std::shared_ptr<PacketPool> pool) : pool_(std::move(pool)), known_(kWindow) {}

void FecDecoder::on_packet(int64_t sequence, ByteView packet) {
  if (sequence <= newest_ - static_cast<int64_t>(kWindow) || known(sequence) != nullptr) return;
  newest_ = std::max(newest_, sequence);
  learn(sequence, FecRow(packet, *pool_));
  settle();
}

bool FecDecoder::on_fec(ByteView payload, const SequenceUnwrapper& numbers) {
  auto fec = parse_ulpfec(payload, *pool_);
  if (!fec) return false;
  Sum sum{.base = numbers.peek(fec->base), .unknown = fec->mask, .row = std::move(fec->row)};
  newest_ = std::max(newest_, sum.base);
  forget_old();
  if (sum.base <= newest_ - static_cast<int64_t>(kWindow)) return true;
  const auto of_group = std::count_if(sums_.begin(), sums_.end(), [&](const Sum& s) { return s.base == sum.base; });
  if (sums_.size() == kMostSums || of_group == kMostSumsOfAGroup) return true;
  take_off_known(sum);
  insert(std::move(sum));
  settle();
  return true;
}

std::optional<FecDecoder::Recovered> FecDecoder::poll(Ssrc ssrc) {
  while (!found_.empty()) {
    const auto [sequence, row] = std::move(found_.back());
    found_.pop_back();
    PacketHandle packet = row.packet(SequenceNumber(static_cast<uint16_t>(sequence)), ssrc, *pool_);
    if (packet) return Recovered{.sequence = sequence, .packet = std::move(packet)};
  }
  return std::nullopt;
}

const FecRow* FecDecoder::known(int64_t sequence) const {
  const Known& slot = known_[static_cast<size_t>(sequence) % kWindow];
  return slot.sequence == sequence && slot.row ? &slot.row : nullptr;
}

void FecDecoder::learn(int64_t sequence, FecRow row) {
  Known& slot = known_[static_cast<size_t>(sequence) % kWindow];
  slot = {.sequence = sequence, .row = std::move(row)};
  // What a sum loses may have been its pivot: it finds its place anew.
  for (size_t i = 0; i < sums_.size();) {
    if (!sums_[i].has(sequence)) {
      ++i;
      continue;
    }
    touched_.push_back(std::move(sums_[i]));
    sums_[i] = std::move(sums_.back());
    sums_.pop_back();
  }
  for (Sum& sum : touched_) {
    take_off_known(sum);
    insert(std::move(sum));
  }
  touched_.clear();
}

void FecDecoder::take_off_known(Sum& sum) const {
  for (uint64_t rest = sum.unknown.bits(); rest != 0; rest &= rest - 1) {
    const int packet = FecMask::kMostPackets - 1 - std::countr_zero(rest);
    const FecRow* row = known(sum.base + packet);
    if (row == nullptr) continue;
    sum.unknown = FecMask(sum.unknown.bits() & ~(rest & -rest));
    sum.row.add(*row);
  }
}

void FecDecoder::insert(Sum sum) {
  for (const Sum& other : sums_) {
    if (other.base == sum.base && sum.has(other.pivot())) sum.add(other);
  }
  if (sum.unknown.empty()) return;  // it says nothing new
  for (Sum& other : sums_) {
    if (other.base == sum.base && other.has(sum.pivot())) other.add(sum);
  }
  sums_.push_back(std::move(sum));
}

void FecDecoder::settle() {
  for (;;) {
    const auto solved = std::find_if(sums_.begin(), sums_.end(), [](const Sum& sum) { return sum.solved(); });
    if (solved == sums_.end()) return;
    const int64_t sequence = solved->pivot();
    found_.emplace_back(sequence, solved->row.copy(*pool_));
    FecRow row = std::move(solved->row);
    *solved = std::move(sums_.back());
    sums_.pop_back();
    learn(sequence, std::move(row));
  }
}

void FecDecoder::forget_old() {
  std::erase_if(sums_, [this](const Sum& sum) { return sum.base <= newest_ - static_cast<int64_t>(kWindow); });
}

}  // namespace sotto::transport
