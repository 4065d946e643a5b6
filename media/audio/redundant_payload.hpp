#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"

namespace sotto::media {

/// A payload that travels with a later one, in case its own packet was lost (RFC 2198 3).
struct RedundantBlock {
  uint8_t payload_type = 0;
  uint16_t timestamp_offset = 0;  ///< how much earlier than the packet's own timestamp it begins; at most kMaxOffset
  ByteView payload;               ///< at most kMaxSize bytes

  static constexpr uint32_t kMaxOffset = (1 << 14) - 1;
  static constexpr size_t kMaxSize = (1 << 10) - 1;
};

/// An RTP payload in the format of RFC 2198, taken apart. The views point into it.
struct RedundantPayload {
  static constexpr size_t kMaxBlocks = 8;

  std::array<RedundantBlock, kMaxBlocks> storage{};
  size_t count = 0;
  uint8_t primary_type = 0;
  ByteView primary;

  /// In the order of the packet; by convention the earliest first.
  std::span<const RedundantBlock> blocks() const { return std::span(storage).first(count); }
};

/// Reads an RTP payload in the format of RFC 2198; nothing if it is not one, has no primary payload, or has more than
/// RedundantPayload::kMaxBlocks others.
std::optional<RedundantPayload> parse_redundant_payload(ByteView payload);

/// How many bytes write_redundant_payload writes.
size_t redundant_payload_size(std::span<const RedundantBlock> blocks, ByteView primary);

/// Writes `primary` with `blocks` in front of it, each within its limits.
void write_redundant_payload(ByteWriter& out, std::span<const RedundantBlock> blocks, uint8_t primary_type,
                             ByteView primary);

}  // namespace sotto::media
