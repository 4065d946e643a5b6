#include "tools/harness/playout.hpp"

#include <array>
#include <utility>

#include <sotto/time.hpp>

#include "tools/harness/precise_thread.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kBlock = 10ms;

}  // namespace

Playout::Playout(Player player) : player_(std::move(player)), thread_([this] { run(); }) {}

Playout::~Playout() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Playout::run() {
  make_thread_precise();
  std::array<int16_t, kAudioBlockSamples> block;
  Timestamp due = monotonic_now();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_until(lock, due, [this] { return closing_; })) {
    lock.unlock();
    player_(block);
    due += kBlock;
    lock.lock();
  }
}

}  // namespace sotto::tools
