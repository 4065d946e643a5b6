#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include <sotto/signaling_channel.hpp>
#include <sotto/time.hpp>

namespace sotto::signaling {

/// Names a life of the server: it changes when the server has forgotten what it carried.
using BootId = std::array<uint8_t, 16>;

/// The envelopes that the server has not said to have taken, in their order, with the numbers that they are sent by.
/// They stay as they are: sent again, it is the stored ciphertext, never a new one under an old nonce (HANDSHAKE 2.5).
/// One thread.
class SendQueue {
 public:
  struct Waiting {
    uint64_t id = 0;  ///< 0 until the first sign-in says where the server's count stands.
    Envelope envelope;
    Timestamp since;
  };

  /// False if it is full: 64 wait.
  bool push(Envelope envelope, Timestamp now);
  /// The server says up to which number it has taken sends in this boot. What it took is done; the rest, to be sent
  /// again, keeps its numbers, unless the server has forgotten them.
  void on_signed_in(const BootId& boot, uint64_t taken);
  /// The server has answered this one, for good or ill.
  void on_answered(uint64_t id);
  /// Whether the server may speak of this number: it was sent in this boot.
  bool was_sent(uint64_t id) const { return id > first_before_ && id < next_id_; }
  /// Drops those that are too old to be of use: a call that nobody got within 45 s is over.
  void expire(Timestamp now);

  std::optional<Timestamp> next_deadline() const;
  const std::deque<Waiting>& waiting() const { return waiting_; }

 private:
  std::deque<Waiting> waiting_;
  std::optional<BootId> boot_;
  uint64_t first_before_ = 0;  ///< Where our numbers begin in this boot.
  uint64_t next_id_ = 0;
};

}  // namespace sotto::signaling
