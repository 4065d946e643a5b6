#include "transport/recovery/fec_encoder.hpp"

#include <algorithm>

namespace sotto::transport {

void FecEncoder::add(SequenceNumber sequence, ByteView packet) {
  const bool follows =
      !rows_.empty() && sequence == SequenceNumber(static_cast<uint16_t>(base_.value() + rows_.size()));
  if (!follows || full()) {
    rows_.clear();
    base_ = sequence;
  }
  rows_.emplace_back(packet, *pool_);
}

void FecEncoder::finish(int count, std::vector<PacketHandle>& payloads) {
  // A second copy of each packet is the most that helps.
  const int sums = std::min({count, FecCode::kMostSums, static_cast<int>(rows_.size())});
  for (int sum = 0; sum < sums; ++sum) {
    FecMask mask;
    FecRow row;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if ((code(sums).sums_of(static_cast<int>(i)) >> sum & 1) == 0) continue;
      mask.set(static_cast<int>(i));
      if (row) {
        row.add(rows_[i]);
      } else {
        row = rows_[i].copy(*pool_);
      }
    }
    if (row) payloads.push_back(write_ulpfec(base_, mask, row, *pool_));
  }
  rows_.clear();
}

const FecCode& FecEncoder::code(int sums) {
  std::optional<FecCode>& code = codes_[static_cast<size_t>(sums)];
  if (!code) code.emplace(sums);
  return *code;
}

}  // namespace sotto::transport
