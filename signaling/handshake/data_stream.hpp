#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "signaling/handshake/blob_header.hpp"
#include "signaling/handshake/call_message_codec.hpp"
#include "signaling/handshake/noise_cipher.hpp"

// One direction of a session after the handshake (HANDSHAKE 2.5). The counter n is the nonce and the place in the order
// at once: each blob has its own, a lost blob is sent again as it was.

namespace sotto::signaling {

/// How far a blob may be ahead of the next one in order.
inline constexpr uint64_t kDataWindow = 64;
/// A session ends before this many messages of one direction; longer calls make a new one.
inline constexpr uint64_t kMaxMessages = uint64_t{1} << 20;

/// A DATA blob as it was sent.
struct SentBlob {
  uint64_t n = 0;
  size_t message_index = 0;  ///< CallMessage::index() of what is in it.
  bool is_ack = false;       ///< Nothing but an acknowledgement.
  Bytes blob;
};

/// Seals, counts and keeps what the peer has not acknowledged. One thread.
///
/// Acknowledgements take a number like everything else, but must not be waited for when they are lost: each blob says
/// how many of those just before it were nothing but that, and the newest takes the place of the older ones here.
class DataSender {
 public:
  DataSender(const SessionId& session_id, const Secret<32>& key) : session_id_(session_id), cipher_(key) {}

  /// How many blobs directly before the next one are nothing but acknowledgements: the next one has to say so.
  uint32_t acks_before_next() const { return acks_before_next_; }

  /// Whether the peer would refuse the next blob, because it has not acknowledged the 64 before.
  bool window_full() const { return next_ >= acknowledged_ + kDataWindow; }

  /// Pads and seals a message under the next n. kUnavailable while window_full(), kRefused after 2^20 messages,
  /// kInvalidArgument if it is longer than 4094 bytes; nothing is used up then.
  Result<SentBlob> seal(ByteView message, size_t message_index, bool is_ack);

  /// The peer has everything before `count`. False, and nothing changes, if so many were never sent.
  bool on_acknowledged(uint64_t count);

  /// Oldest first; acknowledgements only at the end, and one at most.
  const std::deque<SentBlob>& unacknowledged() const { return unacknowledged_; }
  /// The blob sealed last, if the peer has not acknowledged it.
  const SentBlob* last() const { return unacknowledged_.empty() ? nullptr : &unacknowledged_.back(); }

 private:
  SessionId session_id_;
  NoiseCipher cipher_;
  uint64_t next_ = 0;
  uint64_t acknowledged_ = 0;
  uint32_t acks_before_next_ = 0;
  std::deque<SentBlob> unacknowledged_;
};

/// Opens, drops duplicates and puts in order. One thread.
class DataReceiver {
 public:
  explicit DataReceiver(const Secret<32>& key) : cipher_(key) {}

  /// The plaintext of the blob numbered n. Changes nothing. kRefused if n is too far ahead or the tag is wrong.
  Result<Bytes> decrypt(uint64_t n, ByteView sealed);

  /// Whether n was taken before.
  bool is_duplicate(uint64_t n) const { return n < next_ || waiting_.contains(n); }

  /// Takes what decrypt() gave: a payload, or nothing where a blob only uses up its number, and no longer waits for the
  /// `acks_before` blobs before it. n is no duplicate.
  void take(uint64_t n, uint32_t acks_before, std::optional<DataPayload> payload);

  /// The payloads that are now next in order.
  std::vector<DataPayload> next_in_order();

  /// How many blobs have arrived in unbroken order.
  uint64_t in_order() const { return next_; }

 private:
  NoiseCipher cipher_;
  uint64_t next_ = 0;
  std::map<uint64_t, std::optional<DataPayload>> waiting_;  ///< At most kDataWindow.
};

}  // namespace sotto::signaling
