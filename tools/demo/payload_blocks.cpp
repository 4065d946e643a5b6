#include "tools/demo/payload_blocks.hpp"

#include <bitset>
#include <cstring>
#include <utility>

namespace sotto::tools {
namespace {

constexpr size_t kFirstTableSize = 1 << 16;
// Sixteen random bytes hold fewer than this many different ones once in 10^12.
constexpr size_t kLeastDifferentBytes = 8;

template <typename Block>
Block load(const uint8_t* bytes) {
  Block block;
  std::memcpy(block.data(), bytes, sizeof(block));
  return block;
}

template <typename Block>
size_t hash(const Block& block) {
  // Odd constants of splitmix64 and of Knuth's multiplicative hashing; coded payload is close to random by itself.
  uint64_t mixed = block[0] * 0x9e3779b97f4a7c15ULL + block[1] * 0xbf58476d1ce4e5b9ULL;
  mixed ^= mixed >> 32;
  return static_cast<size_t>(mixed);
}

bool tells_something(const uint8_t* bytes) {
  std::bitset<256> seen;
  for (size_t i = 0; i < kPayloadBlock; ++i) seen.set(bytes[i]);
  return seen.count() >= kLeastDifferentBytes;
}

}  // namespace

PayloadBlocks::PayloadBlocks() : table_(kFirstTableSize, Block{}) {}

void PayloadBlocks::add(ByteView payload) {
  for (size_t at = 0; at + kPayloadBlock <= payload.size(); at += kPayloadBlock) {
    if (tells_something(payload.data() + at)) insert(load<Block>(payload.data() + at));
  }
}

void PayloadBlocks::insert(const Block& block) {
  if (count_ * 2 >= table_.size()) grow();
  size_t place = hash(block) & (table_.size() - 1);
  while (table_[place] != Block{}) {
    if (table_[place] == block) return;
    place = (place + 1) & (table_.size() - 1);
  }
  table_[place] = block;
  ++count_;
}

void PayloadBlocks::grow() {
  const std::vector<Block> old = std::exchange(table_, std::vector<Block>(table_.size() * 2, Block{}));
  count_ = 0;
  for (const Block& block : old) {
    if (block != Block{}) insert(block);
  }
}

bool PayloadBlocks::found_in(ByteView bytes) const {
  for (size_t at = 0; at + kPayloadBlock <= bytes.size(); ++at) {
    const Block block = load<Block>(bytes.data() + at);
    for (size_t place = hash(block) & (table_.size() - 1); table_[place] != Block{};
         place = (place + 1) & (table_.size() - 1)) {
      if (table_[place] == block) return true;
    }
  }
  return false;
}

}  // namespace sotto::tools
