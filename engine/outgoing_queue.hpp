#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include <sotto/time.hpp>

#include "base/packet_buffer.hpp"
#include "transport/peer_transport_types.hpp"

namespace sotto::engine {

/// An encoded payload on its way from an encoder's thread to the network thread.
struct OutgoingPayload {
  transport::MediaKind kind = transport::MediaKind::kAudio;
  PacketHandle packet;
  uint32_t rtp_timestamp = 0;
  bool marker = false;
  Timestamp captured{};
  transport::PayloadForm form = transport::PayloadForm::kPlain;
};

/// Carries payloads between the threads. Bounded: when the network thread does not keep up, what comes is refused,
/// sound last of all.
class OutgoingQueue {
 public:
  OutgoingQueue() { payloads_.reserve(kMostUsual); }

  /// False: there is no room, and the payload is gone. Any thread.
  bool push(OutgoingPayload payload) {
    const std::lock_guard lock(mutex_);
    const size_t room = payload.kind == transport::MediaKind::kAudio ? kMaxPayloads : kMaxPayloads - kReservedForAudio;
    if (payloads_.size() >= room) return false;
    payloads_.push_back(std::move(payload));
    return true;
  }
  /// Swaps what has gathered into `out`, which must be empty. Network thread.
  void take(std::vector<OutgoingPayload>& out) {
    const std::lock_guard lock(mutex_);
    out.reserve(payloads_.capacity());
    payloads_.swap(out);
  }

 private:
  static constexpr size_t kMaxPayloads = 1024;  // about a megabyte: several key frames
  static constexpr size_t kReservedForAudio = 64;
  static constexpr size_t kMostUsual = 128;  // a key frame of the highest rate, with sound

  std::mutex mutex_;
  std::vector<OutgoingPayload> payloads_;
};

}  // namespace sotto::engine
