#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

#include <sotto/audio_format.hpp>

namespace sotto::tools {

/// Stands in for a sound card: asks for 10 ms of sound each 10 ms, by absolute deadlines, on a thread of its own.
class Playout {
 public:
  /// Fills the block. Called on the playing thread.
  using Player = std::function<void(std::span<int16_t, kAudioBlockSamples> block)>;

  /// The first block is asked for at once.
  explicit Playout(Player player);
  /// After it returns `player` is not called again. Not from within `player`.
  ~Playout();
  Playout(const Playout&) = delete;
  Playout& operator=(const Playout&) = delete;

 private:
  void run();

  const Player player_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace sotto::tools
