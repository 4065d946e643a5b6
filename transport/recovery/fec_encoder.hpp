#pragma once

#include <array>
#include <optional>
#include <vector>

#include "transport/recovery/fec_code.hpp"
#include "transport/recovery/ulpfec.hpp"

namespace sotto::transport {

/// Collects the packets of one stream as they leave, and makes the payloads that protect them (RFC 5109). One thread.
class FecEncoder {
 public:
  /// Packets in one group: more are protected in several.
  static constexpr size_t kMostPackets = 24;

  explicit FecEncoder(std::shared_ptr<PacketPool> pool) : pool_(std::move(pool)) { rows_.reserve(kMostPackets); }

  /// Notes a packet that leaves; groups are of consecutive numbers, so a gap begins a new one.
  void add(SequenceNumber sequence, ByteView packet);
  /// How many packets the group has.
  size_t size() const { return rows_.size(); }
  bool full() const { return rows_.size() == kMostPackets; }

  /// Makes `count` payloads that protect what was added, and begins a new group. No more are made than is useful.
  void finish(int count, std::vector<PacketHandle>& payloads);

 private:
  const FecCode& code(int sums);

  const std::shared_ptr<PacketPool> pool_;
  SequenceNumber base_;
  std::vector<FecRow> rows_;
  std::array<std::optional<FecCode>, FecCode::kMostSums + 1> codes_;
};

}  // namespace sotto::transport
