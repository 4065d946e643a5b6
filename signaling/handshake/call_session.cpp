#include "signaling/handshake/call_session.hpp"

#include <utility>

#include "signaling/handshake/message_roles.hpp"
#include "signaling/identity/verify.hpp"

// What a session does once it is open. How it comes to that is in call_session_handshake.cpp.

namespace sotto::signaling {

Result<Bytes> CallSession::seal(const CallMessage& message) {
  if (!established()) return Error{ErrorCode::kRefused, "The session is not open yet."};
  if (!may_say(is_caller_, message)) {
    return Error{ErrorCode::kInvalidArgument, "This message is for the other side to send."};
  }
  const Offer* offer = std::get_if<Offer>(&message);
  if (offer == nullptr) return exchange_->seal(message);
  Offer revealing = *offer;
  revealing.sas_reveal = *callers_nonce_;
  return exchange_->seal(revealing, own_list_);
}

Result<std::vector<CallMessage>> CallSession::open(ByteView blob) {
  if (!established()) return Error{ErrorCode::kRefused, "The session is not open yet."};
  if (rejected_) return Error{ErrorCode::kRefused, "The caller was turned away."};
  Result<std::vector<DataPayload>> payloads = exchange_->open(blob);
  if (!payloads) return payloads.error();

  std::vector<CallMessage> messages;
  for (DataPayload& payload : *payloads) {
    const Offer* offer = std::get_if<Offer>(&payload.message);
    if (!may_say(!is_caller_, payload.message) || (offer != nullptr && offer_seen_)) {
      ++misdirected_messages_;
      continue;
    }
    if (offer != nullptr) {
      const Result<void> kept = verify_offer(*offer, payload.device_list);
      if (!kept) {
        rejected_ = true;
        return kept.error();
      }
    }
    messages.push_back(std::move(payload.message));
  }
  return messages;
}

/// The caller must reveal the nonce that it committed to, and its device must still be one of its account's.
Result<void> CallSession::verify_offer(const Offer& offer, const std::optional<SignedRecord>& list) {
  if (!equal_constant_time(commit_to(offer.sas_reveal), sas_commitment_)) {
    return Error{ErrorCode::kRefused, "The caller does not keep its commitment."};
  }
  if (!list) return Error{ErrorCode::kRefused, "The caller shows no device list."};
  const Result<void> listed = verify_device_list(peer_, *list, began_);
  if (!listed) return listed;
  offer_seen_ = true;
  callers_nonce_ = offer.sas_reveal;
  show_symbols();
  return {};
}

void CallSession::show_symbols() {
  if (callers_nonce_ && callees_nonce_) {
    sas_symbols_ = signaling::sas_symbols(sas_secret_, *callers_nonce_, *callees_nonce_);
  }
}

const std::deque<SentBlob>& CallSession::unacknowledged() const {
  static const std::deque<SentBlob> kNone;
  return exchange_ ? exchange_->unacknowledged() : kNone;
}

bool CallSession::resend_due() const { return exchange_ && exchange_->resend_due(); }

bool CallSession::ack_due() const { return exchange_ && exchange_->ack_due(); }

std::optional<MediaSecrets> CallSession::take_media_secrets() { return std::exchange(media_secrets_, std::nullopt); }

}  // namespace sotto::signaling
