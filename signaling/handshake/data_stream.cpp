#include "signaling/handshake/data_stream.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "signaling/handshake/blob_layout.hpp"

namespace sotto::signaling {

Result<SentBlob> DataSender::seal(ByteView message, size_t message_index, bool is_ack) {
  if (next_ >= kMaxMessages) return Error{ErrorCode::kRefused, "The session has sent all it may: begin a new one."};
  if (window_full()) {
    return Error{ErrorCode::kUnavailable, "The peer has not acknowledged the last 64 messages."};
  }
  Result<Bytes> plaintext = pad(message, kSmallPlaintext);
  if (!plaintext) plaintext = pad(message, kLargePlaintext);
  if (!plaintext) return plaintext.error();

  SentBlob sent{next_, message_index, is_ack, Bytes(kDataPrefixSize + plaintext->size() + kTagSize)};
  ByteWriter writer(sent.blob);
  write_header(writer, {BlobKind::kData, Suite::kNoiseIk25519AesGcmSha256, session_id_});
  writer.u64(next_);
  cipher_.seal(next_, {}, *plaintext, MutableByteView(sent.blob).subspan(kDataPrefixSize));
  wipe(*plaintext);
  ++next_;
  acks_before_next_ = is_ack ? acks_before_next_ + 1 : 0;
  if (!unacknowledged_.empty() && unacknowledged_.back().is_ack) unacknowledged_.pop_back();
  unacknowledged_.push_back(sent);
  return sent;
}

bool DataSender::on_acknowledged(uint64_t count) {
  if (count > next_) return false;
  acknowledged_ = std::max(acknowledged_, count);
  while (!unacknowledged_.empty() && unacknowledged_.front().n < count) unacknowledged_.pop_front();
  return true;
}

Result<Bytes> DataReceiver::decrypt(uint64_t n, ByteView sealed) {
  if (n >= kMaxMessages || n >= next_ + kDataWindow || sealed.size() < kTagSize) {
    return Error{ErrorCode::kRefused, "The message is too far ahead."};
  }
  Bytes plaintext(sealed.size() - kTagSize);
  const Result<void> opened = cipher_.open(n, {}, sealed, plaintext);
  if (!opened) return opened.error();
  return plaintext;
}

void DataReceiver::take(uint64_t n, uint32_t acks_before, std::optional<DataPayload> payload) {
  SOTTO_ASSERT(!is_duplicate(n) && n < next_ + kDataWindow);
  const uint64_t first_ack = n - std::min<uint64_t>(n, acks_before);
  for (uint64_t ack = std::max(next_, first_ack); ack < n; ++ack) waiting_.emplace(ack, std::nullopt);
  waiting_.emplace(n, std::move(payload));
}

std::vector<DataPayload> DataReceiver::next_in_order() {
  std::vector<DataPayload> payloads;
  while (!waiting_.empty() && waiting_.begin()->first == next_) {
    if (waiting_.begin()->second) payloads.push_back(std::move(*waiting_.begin()->second));
    waiting_.erase(waiting_.begin());
    ++next_;
  }
  return payloads;
}

}  // namespace sotto::signaling
