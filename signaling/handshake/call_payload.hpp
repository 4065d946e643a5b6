#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "signaling/identity/identity_bundle.hpp"

namespace sotto::signaling {

/// Names a call; the same for all devices that it rings at. Random.
struct CallId {
  std::array<uint8_t, 16> bytes{};
  auto operator<=>(const CallId&) const = default;
};

enum class CallKind : uint8_t { kAudio = 1, kVideo = 2 };

/// What a device says to a call, of its own accord.
enum class ResponseStatus : uint8_t { kProceed = 1, kBusy = 2, kIncompatible = 3 };

/// The longest name that a caller may give itself, in bytes.
inline constexpr size_t kMaxNameHint = 64;

/// The payload of INIT (P1 of HANDSHAKE 2.3).
struct InitPayload {
  IdentityBundle caller;  ///< Without the device list.
  CallId call_id;
  CallKind kind = CallKind::kAudio;
  std::array<uint8_t, 32> sas_commitment{};
  uint64_t known_list_version = 0;  ///< Of the callee's list.
  std::string name_hint;            ///< UTF-8, at most kMaxNameHint bytes; unverified.
};

/// The payload of RESP (P2).
struct ResponsePayload {
  ResponseStatus status = ResponseStatus::kProceed;
  SignedRecord device_certificate;
  SignedRecord agree_key;
  std::array<uint8_t, 32> sas_nonce{};
  uint64_t known_list_version = 0;          ///< Of the caller's list.
  std::optional<SignedRecord> device_list;  ///< The callee's, if the caller's is older.
};

/// Serialized and padded to 1024 bytes. kInvalidArgument if it does not fit.
Result<Bytes> encode_payload(const InitPayload& payload);
Result<Bytes> encode_payload(const ResponsePayload& payload);

/// kMalformed if it does not parse or breaks a limit. Proves nothing about the records in it.
Result<InitPayload> decode_init_payload(ByteView plaintext);
Result<ResponsePayload> decode_response_payload(ByteView plaintext);

}  // namespace sotto::signaling
