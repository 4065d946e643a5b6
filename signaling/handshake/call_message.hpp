#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sotto::signaling {

/// The most candidates that one message carries.
inline constexpr size_t kMaxCandidatesPerMessage = 8;

/// ICE credentials (RFC 8445 5.3): 4 to 256 and 22 to 256 ice-chars.
struct IceCredentials {
  std::string ufrag;
  std::string pwd;
  bool operator==(const IceCredentials&) const = default;
};

/// Who opens the DTLS handshake (RFC 4145 4, RFC 5763 5).
enum class DtlsSetup : uint8_t { kActPass = 1, kActive = 2, kPassive = 3 };

enum class StreamKind : uint8_t { kAudio = 1, kVideo = 2 };

/// One RTP stream that a side wishes to send, and how it receives the same kind.
struct StreamDescription {
  StreamKind kind = StreamKind::kAudio;
  std::string mid;    ///< RFC 5888; 1 to 16 characters.
  std::string codec;  ///< The media subtype: "opus", "VP8"; 1 to 32 characters.
  uint8_t payload_type = 0;
  std::optional<uint8_t> rtx_payload_type;     ///< RFC 4588.
  std::optional<uint8_t> red_payload_type;     ///< RFC 2198; its blocks have payload_type, or that of ULPFEC.
  std::optional<uint8_t> ulpfec_payload_type;  ///< RFC 5109, inside of RED.
  uint32_t clock_rate = 0;
  uint8_t channels = 0;  ///< Of sound; 0 for video.
  uint32_t ssrc = 0;
  std::optional<uint32_t> rtx_ssrc;
  uint32_t max_bitrate_bps = 0;            ///< The most it wants to receive; 0 = no wish.
  uint16_t max_width = 0, max_height = 0;  ///< The largest picture it decodes; 0 for sound.
  bool receive = false;                    ///< Willing to receive.
  bool send = false;                       ///< Willing to send.
  bool operator==(const StreamDescription&) const = default;
};

struct MediaDescription {
  std::string cname;                            ///< RTCP CNAME, random for each call (RFC 7022); at most 64 bytes.
  uint8_t mid_extension_id = 0;                 ///< RFC 8285 one-byte id, 1 to 14; 0 = not used.
  uint8_t transport_sequence_extension_id = 0;  ///< The same, for transport-wide congestion control.
  std::vector<StreamDescription> streams;       ///< At most 8.
  bool operator==(const MediaDescription&) const = default;
};

/// How to reach a side and what it speaks.
struct SessionDescription {
  IceCredentials ice;
  std::array<uint8_t, 32> fingerprint{};  ///< SHA-256 of the DTLS certificate.
  DtlsSetup setup = DtlsSetup::kActPass;
  MediaDescription media;
  std::vector<std::string> candidates;  ///< candidate-attribute lines (RFC 8839 5.1), at most 8.
  bool end_of_candidates = false;
  bool operator==(const SessionDescription&) const = default;
};

/// Caller to callee, the first message of a session: proves the caller live. Rings.
struct Offer : SessionDescription {
  /// The caller's nonce, committed to in INIT. CallSession fills it in when it seals and checks it when it opens.
  std::array<uint8_t, 32> sas_reveal{};
  bool operator==(const Offer&) const = default;
};

/// Callee to caller: it rings, and this is how to reach me.
struct Ringing : SessionDescription {
  bool operator==(const Ringing&) const = default;
};

struct Candidates {
  std::vector<std::string> candidates;  ///< 1 to 8.
  bool operator==(const Candidates&) const = default;
};

struct EndOfCandidates {
  bool operator==(const EndOfCandidates&) const = default;
};

/// Callee to caller: a person has accepted, with these media out of those that were offered.
struct Accept {
  bool audio = false;
  bool video = false;
  bool operator==(const Accept&) const = default;
};

/// Caller to callee: yours was the first accept.
struct Accepted {
  bool operator==(const Accepted&) const = default;
};

/// Caller to callee: another device was first.
struct AnsweredElsewhere {
  bool operator==(const AnsweredElsewhere&) const = default;
};

/// Proof of the mixed media keys (HANDSHAKE 4.2).
struct MediaReady {
  uint32_t epoch = 0;
  std::array<uint8_t, 16> confirmation{};
  bool operator==(const MediaReady&) const = default;
};

/// The sender will no longer send nor receive these. Media are only ever taken away by a message.
struct MediaRemove {
  bool audio = false;
  bool video = false;
  bool operator==(const MediaRemove&) const = default;
};

/// What the sender sends at the moment, of the media that were agreed on. Until it says so it sends all of them.
struct MediaState {
  bool audio = true;
  bool video = true;
  bool on_hold = false;  ///< It sends nothing, plays nothing, and does not want to be sent anything.
  bool operator==(const MediaState&) const = default;
};

struct IceRestart {
  IceCredentials ice;
  std::vector<std::string> candidates;  ///< At most 8.
  bool operator==(const IceRestart&) const = default;
};

enum class HangupReason : uint8_t {
  kNormal = 1,
  kDeclined = 2,
  kBusy = 3,
  kCancelled = 4,  ///< The caller gave up before anybody accepted.
  kGone = 5,       ///< No such call (any more).
  kFailed = 6,
  kIncompatible = 7,
};

struct Hangup {
  HangupReason reason = HangupReason::kNormal;
  bool operator==(const Hangup&) const = default;
};

/// Nothing but the acknowledgement that every message carries.
struct Ack {
  bool operator==(const Ack&) const = default;
};

using CallMessage = std::variant<Offer, Ringing, Candidates, EndOfCandidates, Accept, Accepted, AnsweredElsewhere,
                                 MediaReady, MediaRemove, MediaState, IceRestart, Hangup, Ack>;

/// The message's name, for logs and statistics.
std::string_view message_name(const CallMessage& message);

}  // namespace sotto::signaling
