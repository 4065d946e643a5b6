#include "signaling/handshake/call_payload.hpp"

#include "signaling/handshake/padding.hpp"
#include "signaling/handshake/text_checks.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/protocol/call.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

Error malformed() { return {ErrorCode::kMalformed, "The handshake payload is malformed."}; }

bool read_kind(wire::CallKind from, CallKind& to) {
  switch (from) {
    case wire::CALL_KIND_AUDIO:
      to = CallKind::kAudio;
      return true;
    case wire::CALL_KIND_VIDEO:
      to = CallKind::kVideo;
      return true;
    default:
      return false;  // proto3 lets any number in
  }
}

bool read_status(wire::ResponseStatus from, ResponseStatus& to) {
  switch (from) {
    case wire::RESPONSE_STATUS_PROCEED:
      to = ResponseStatus::kProceed;
      return true;
    case wire::RESPONSE_STATUS_BUSY:
      to = ResponseStatus::kBusy;
      return true;
    case wire::RESPONSE_STATUS_INCOMPATIBLE:
      to = ResponseStatus::kIncompatible;
      return true;
    default:
      return false;  // proto3 lets any number in
  }
}

}  // namespace

Result<Bytes> encode_payload(const InitPayload& payload) {
  if (payload.name_hint.size() > kMaxNameHint || !is_printable_utf8(payload.name_hint)) {
    return Error{ErrorCode::kInvalidArgument, "A name is at most 64 bytes of UTF-8 without control characters."};
  }
  wire::InitPayload message;
  write_bundle(payload.caller, *message.mutable_caller());
  message.set_call_id(wire_string(payload.call_id.bytes));
  message.set_kind(static_cast<wire::CallKind>(payload.kind));
  message.set_sas_commitment(wire_string(payload.sas_commitment));
  message.set_known_list_version(payload.known_list_version);
  message.set_name_hint(payload.name_hint);
  return pad(serialize_wire(message), kSmallPlaintext);
}

Result<Bytes> encode_payload(const ResponsePayload& payload) {
  wire::ResponsePayload message;
  message.set_status(static_cast<wire::ResponseStatus>(payload.status));
  write_record(payload.device_certificate, *message.mutable_device_certificate());
  write_record(payload.agree_key, *message.mutable_agree_key());
  message.set_sas_nonce(wire_string(payload.sas_nonce));
  message.set_known_list_version(payload.known_list_version);
  if (payload.device_list) write_record(*payload.device_list, *message.mutable_device_list());
  return pad(serialize_wire(message), kSmallPlaintext);
}

Result<InitPayload> decode_init_payload(ByteView plaintext) {
  const Result<ByteView> content = unpad(plaintext);
  if (!content) return content.error();
  wire::InitPayload message;
  if (!parse_wire(*content, kSmallPlaintext, message)) return malformed();
  Result<IdentityBundle> caller = read_bundle(message.caller());
  if (!caller) return caller.error();
  InitPayload payload;
  payload.caller = std::move(*caller);
  payload.known_list_version = message.known_list_version();
  payload.name_hint = message.name_hint();
  if (!read_exact(message.call_id(), payload.call_id.bytes) || !read_kind(message.kind(), payload.kind) ||
      !read_exact(message.sas_commitment(), payload.sas_commitment) || payload.name_hint.size() > kMaxNameHint ||
      !is_printable_utf8(payload.name_hint)) {
    return malformed();
  }
  return payload;
}

Result<ResponsePayload> decode_response_payload(ByteView plaintext) {
  const Result<ByteView> content = unpad(plaintext);
  if (!content) return content.error();
  wire::ResponsePayload message;
  if (!parse_wire(*content, kSmallPlaintext, message)) return malformed();
  ResponsePayload payload;
  payload.known_list_version = message.known_list_version();
  if (!read_status(message.status(), payload.status) ||
      !read_record(message.device_certificate(), payload.device_certificate) ||
      !read_record(message.agree_key(), payload.agree_key) || !read_exact(message.sas_nonce(), payload.sas_nonce) ||
      (message.has_device_list() && !read_record(message.device_list(), payload.device_list.emplace()))) {
    return malformed();
  }
  return payload;
}

}  // namespace sotto::signaling
