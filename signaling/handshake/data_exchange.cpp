#include "signaling/handshake/data_exchange.hpp"

#include <utility>

#include "signaling/handshake/blob_layout.hpp"

namespace sotto::signaling {
namespace {

bool is_ack(const CallMessage& message) { return std::holds_alternative<Ack>(message); }

}  // namespace

DataExchange::DataExchange(const SessionId& session_id, const Secret<32>& send_key, const Secret<32>& receive_key)
    : session_id_(session_id), sender_(session_id, send_key), receiver_(receive_key) {}

Result<Bytes> DataExchange::seal(const CallMessage& message, std::optional<SignedRecord> device_list) {
  const uint64_t arrived = receiver_.in_order();
  const bool nothing_new = last_acknowledgement_ == arrived || sender_.window_full();
  if (is_ack(message) && nothing_new && sender_.last() != nullptr) {
    repeat_last_ = false;
    return sender_.last()->blob;
  }

  Result<Bytes> encoded = encode_data({arrived, sender_.acks_before_next(), message, std::move(device_list)});
  if (!encoded) return encoded;
  Result<SentBlob> sent = sender_.seal(*encoded, message.index(), is_ack(message));
  wipe(*encoded);
  if (!sent) return sent.error();
  last_acknowledgement_ = arrived;
  unacknowledged_arrival_ = false;
  repeat_last_ = false;
  return std::move(sent->blob);
}

Result<std::vector<DataPayload>> DataExchange::open(ByteView blob) {
  const Result<BlobHeader> header = peek_header(blob);
  if (!header) return header.error();
  if (header->kind != BlobKind::kData || header->session_id != session_id_) {
    return Error{ErrorCode::kRefused, "The blob is not a message of this session."};
  }
  ByteReader reader(blob);
  reader.skip(BlobHeader::kSize);
  const uint64_t n = reader.u64();
  Result<Bytes> plaintext = receiver_.decrypt(n, reader.rest());
  if (!plaintext) {
    ++refused_blobs_;
    return plaintext.error();
  }

  // From here on it is authentic.
  heard_ = true;
  const Result<ByteView> content = unpad(*plaintext);
  Result<DataPayload> payload = content ? decode_data(*content) : content.error();
  wipe(*plaintext);
  if (payload && !sender_.on_acknowledged(payload->acknowledged)) {
    payload = Error{ErrorCode::kMalformed, "The peer acknowledges what was never sent."};
  }
  const bool nothing_but_ack = payload && is_ack(payload->message);
  if (receiver_.is_duplicate(n)) {
    // If it repeats more than an acknowledgement of its own, it has not heard ours.
    if (!nothing_but_ack) repeat_last_ = sender_.last() != nullptr;
    return std::vector<DataPayload>{};
  }
  if (!nothing_but_ack) unacknowledged_arrival_ = true;
  if (!payload) {
    ++malformed_messages_;
    receiver_.take(n, 0, std::nullopt);
  } else {
    const uint32_t acks_before = payload->acks_before;
    receiver_.take(n, acks_before, nothing_but_ack ? std::nullopt : std::optional(std::move(*payload)));
  }
  return receiver_.next_in_order();
}

bool DataExchange::resend_due() const {
  // An acknowledgement stands last, if at all: the peer asks for it by repeating its message.
  return !unacknowledged().empty() && !unacknowledged().front().is_ack;
}

bool DataExchange::ack_due() const {
  return repeat_last_ || (unacknowledged_arrival_ && receiver_.in_order() != last_acknowledgement_);
}

}  // namespace sotto::signaling
