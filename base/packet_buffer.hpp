#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace sotto {

/// The most that sotto puts into one UDP datagram, in bytes: fits every path in use, VPNs of MTU 1280 included.
inline constexpr size_t kMaxDatagramSize = 1200;

/// One packet with room on both sides, so that a payload gets its RTP header, and the packet its tag, without a copy.
class PacketBuffer {
 public:
  static constexpr size_t kHeadroom = 96;  ///< RTP header and extensions
  static constexpr size_t kTailroom = 64;  ///< AEAD tag, SRTCP index, and the 16 spare bytes that NSS wants
  static constexpr size_t kCapacity = 1504;

  uint8_t* data() { return storage_.data() + begin_; }
  const uint8_t* data() const { return storage_.data() + begin_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  ByteView view() const { return {data(), size_}; }
  MutableByteView view() { return {data(), size_}; }
  size_t tailroom() const { return storage_.size() - begin_ - size_; }

  /// Forgets the content and restores the headroom.
  void clear() {
    begin_ = kHeadroom;
    size_ = 0;
  }
  /// Makes room for `count` bytes in front of the content and returns them. `count` is at most the headroom left.
  MutableByteView prepend(size_t count) {
    SOTTO_ASSERT(count <= begin_);
    begin_ -= count;
    size_ += count;
    return {data(), count};
  }
  /// Makes room for `count` bytes behind the content and returns them. `count` is at most tailroom().
  MutableByteView append(size_t count) {
    SOTTO_ASSERT(count <= tailroom());
    size_ += count;
    return {data() + size_ - count, count};
  }
  void append_bytes(ByteView bytes) {
    const MutableByteView to = append(bytes.size());
    std::copy(bytes.begin(), bytes.end(), to.begin());
  }
  /// Drops the first `count` bytes of the content, such as a header that was read.
  void remove_prefix(size_t count) {
    SOTTO_ASSERT(count <= size_);
    begin_ += count;
    size_ -= count;
  }
  /// Shortens the content to `size` bytes.
  void truncate(size_t size) {
    SOTTO_ASSERT(size <= size_);
    size_ = size;
  }

 private:
  size_t begin_ = kHeadroom;
  size_t size_ = 0;
  std::array<uint8_t, kHeadroom + kCapacity + kTailroom> storage_;
};

class PacketPool;

/// Gives a packet back to its pool.
struct PacketReturn {
  std::shared_ptr<PacketPool> pool;
  void operator()(PacketBuffer* packet) const;
};

/// Owns a packet from a pool; the pool lives as long as its packets.
using PacketHandle = std::unique_ptr<PacketBuffer, PacketReturn>;

/// Keeps packets for reuse, so that the hot path allocates nothing once it is warm. Any thread.
class PacketPool : public std::enable_shared_from_this<PacketPool> {
 public:
  static std::shared_ptr<PacketPool> create() { return std::shared_ptr<PacketPool>(new PacketPool); }

  /// An empty packet.
  PacketHandle take() {
    std::unique_ptr<PacketBuffer> packet;
    {
      const std::lock_guard lock(mutex_);
      if (free_.empty()) grow();
      packet = std::move(free_.back());
      free_.pop_back();
    }
    packet->clear();
    return PacketHandle(packet.release(), PacketReturn{shared_from_this()});
  }

 private:
  friend struct PacketReturn;
  static constexpr size_t kLeastGrowth = 16;

  PacketPool() = default;
  /// By as many as there are: a call that once in a while has some packets more under way than ever before finds them
  /// there.
  void grow() {
    const size_t count = std::max(kLeastGrowth, made_);
    free_.reserve(made_ + count);  // so that giving back never allocates
    for (size_t i = 0; i < count; ++i) free_.push_back(std::make_unique_for_overwrite<PacketBuffer>());
    made_ += count;
  }
  void give_back(PacketBuffer* packet) {
    const std::lock_guard lock(mutex_);
    free_.emplace_back(packet);
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<PacketBuffer>> free_;
  size_t made_ = 0;
};

inline void PacketReturn::operator()(PacketBuffer* packet) const { pool->give_back(packet); }

}  // namespace sotto
