#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "tools/harness/payload_log.hpp"

namespace sotto::tools {

/// All blocks of encoded payload, for finding any of them anywhere in other bytes. One thread to fill, any to search.
class PayloadBlocks {
 public:
  PayloadBlocks();

  /// Adds each whole block of `payload`. Blocks that hold few different bytes, such as padding, tell nothing and are
  /// left out.
  void add(ByteView payload);

  size_t size() const { return count_; }

  /// Whether any block stands anywhere in `bytes`, whole and at any offset.
  bool found_in(ByteView bytes) const;

 private:
  using Block = std::array<uint64_t, 2>;
  static_assert(sizeof(Block) == kPayloadBlock);

  void insert(const Block& block);
  void grow();

  /// Open addressing with linear probing; a block of zeros (never added) marks a free place. Size is a power of two.
  std::vector<Block> table_;
  size_t count_ = 0;
};

}  // namespace sotto::tools
