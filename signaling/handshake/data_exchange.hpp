#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "signaling/handshake/blob_header.hpp"
#include "signaling/handshake/call_message_codec.hpp"
#include "signaling/handshake/data_stream.hpp"

namespace sotto::signaling {

/// Both directions of a session after the handshake: messages in order and once, over a channel that may lose, repeat,
/// reorder and damage blobs (HANDSHAKE 2.5). Every blob acknowledges what has arrived. Move-only, one thread.
class DataExchange {
 public:
  DataExchange(const SessionId& session_id, const Secret<32>& send_key, const Secret<32>& receive_key);

  /// Seals a message. kUnavailable while 64 are not acknowledged, kRefused after 2^20, kInvalidArgument if it breaks a
  /// limit. An Ack that would say nothing new, or that there is no room for, gives the last blob again.
  Result<Bytes> seal(const CallMessage& message, std::optional<SignedRecord> device_list = std::nullopt);

  /// The payloads that are now next in order, without Acks. Drops duplicates and authentic nonsense. An error changes
  /// nothing: kMalformed if it is no blob, kRefused if it is not one of this session that may come now.
  Result<std::vector<DataPayload>> open(ByteView blob);

  /// As of CallSession.
  const std::deque<SentBlob>& unacknowledged() const { return sender_.unacknowledged(); }
  bool resend_due() const;
  bool ack_due() const;

  /// Whether anything authentic has arrived: the peer is live and has the session's keys.
  bool heard() const { return heard_; }
  uint64_t refused_blobs() const { return refused_blobs_; }
  uint64_t malformed_messages() const { return malformed_messages_; }

 private:
  SessionId session_id_;
  DataSender sender_;
  DataReceiver receiver_;
  bool heard_ = false;
  bool unacknowledged_arrival_ = false;  ///< Something other than an Ack came after our last blob.
  bool repeat_last_ = false;             ///< The peer repeats itself: our last blob was lost.
  uint64_t last_acknowledgement_ = 0;
  uint64_t refused_blobs_ = 0;
  uint64_t malformed_messages_ = 0;
};

}  // namespace sotto::signaling
