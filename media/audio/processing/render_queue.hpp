#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

namespace sotto::media {

/// Carries blocks from the thread that plays to the one that captures. Neither ever waits for the other; blocks that
/// find no room are dropped, as nobody captures then.
class RenderQueue {
 public:
  struct Block {
    std::array<int16_t, kAudioBlockSamples> samples{};
    Timestamp when{};
  };

  /// Playing thread.
  void push(std::span<const int16_t, kAudioBlockSamples> samples, Timestamp when) {
    const size_t written = written_.load(std::memory_order_relaxed);
    if (written - read_.load(std::memory_order_acquire) == blocks_.size()) return;
    Block& block = blocks_[written % blocks_.size()];
    std::ranges::copy(samples, block.samples.begin());
    block.when = when;
    written_.store(written + 1, std::memory_order_release);
  }

  /// The oldest block, until pop(); null if there is none. Capturing thread.
  const Block* front() const {
    const size_t read = read_.load(std::memory_order_relaxed);
    if (read == written_.load(std::memory_order_acquire)) return nullptr;
    return &blocks_[read % blocks_.size()];
  }
  /// Removes it. Capturing thread.
  void pop() { read_.store(read_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

 private:
  // Half a second: more than any device asks for at once.
  static constexpr size_t kBlocks = 50;

  std::array<Block, kBlocks> blocks_{};
  std::atomic<size_t> written_ = 0;
  std::atomic<size_t> read_ = 0;
};

}  // namespace sotto::media
