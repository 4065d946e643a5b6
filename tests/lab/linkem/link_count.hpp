#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sotto::lab {

/// What went through one direction of the link, and what did not.
struct LinkCount {
  uint64_t packets_in = 0;
  uint64_t bytes_in = 0;
  uint64_t packets_out = 0;
  uint64_t bytes_out = 0;
  uint64_t lost = 0;  ///< on the way, at random
  uint64_t lost_in_queue = 0;
  uint64_t lost_in_blackouts = 0;
  std::vector<float> queueing;  ///< seconds, of each packet that left the queue
  std::vector<float> lateness;  ///< seconds by which the emulator itself was late

  void on_arrival(size_t bytes) {
    ++packets_in;
    bytes_in += bytes;
  }
  void on_delivery(size_t bytes, double late) {
    ++packets_out;
    bytes_out += bytes;
    lateness.push_back(static_cast<float>(late));
  }
  void queued_for(double seconds) { queueing.push_back(static_cast<float>(seconds)); }
};

}  // namespace sotto::lab
