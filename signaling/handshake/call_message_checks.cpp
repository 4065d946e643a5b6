#include "signaling/handshake/call_message_checks.hpp"

#include <algorithm>

#include "signaling/handshake/text_checks.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kMaxIceText = 256;    // RFC 8445 5.3
constexpr size_t kMinUfrag = 4;        // same
constexpr size_t kMinPwd = 22;         // same
constexpr size_t kMaxCandidate = 256;  // RFC 8839 lines stay under 200
constexpr size_t kMaxCname = 64;       // RFC 7022 makes 16
constexpr size_t kMaxMid = 16;         // fits a one-byte header extension (RFC 8285 4.2)
constexpr size_t kMaxCodec = 32;
constexpr size_t kMaxStreams = 8;
constexpr uint8_t kMaxPayloadType = 127;  // RFC 3550 5.1
constexpr uint8_t kMaxExtensionId = 14;   // RFC 8285 4.2

bool valid(const IceCredentials& ice) {
  return ice.ufrag.size() >= kMinUfrag && ice.ufrag.size() <= kMaxIceText && is_ice_chars(ice.ufrag) &&
         ice.pwd.size() >= kMinPwd && ice.pwd.size() <= kMaxIceText && is_ice_chars(ice.pwd);
}

bool valid_candidates(const std::vector<std::string>& candidates) {
  return candidates.size() <= kMaxCandidatesPerMessage &&
         std::all_of(candidates.begin(), candidates.end(), [](const std::string& candidate) {
           return !candidate.empty() && candidate.size() <= kMaxCandidate && is_printable_ascii(candidate);
         });
}

bool valid(const StreamDescription& stream) {
  return stream.mid.size() <= kMaxMid && is_token(stream.mid) && stream.codec.size() <= kMaxCodec &&
         is_token(stream.codec) && stream.payload_type <= kMaxPayloadType &&
         stream.rtx_payload_type.value_or(0) <= kMaxPayloadType &&
         stream.red_payload_type.value_or(0) <= kMaxPayloadType &&
         stream.ulpfec_payload_type.value_or(0) <= kMaxPayloadType;
}

bool valid(const SessionDescription& description) {
  const MediaDescription& media = description.media;
  return valid(description.ice) && valid_candidates(description.candidates) && media.cname.size() <= kMaxCname &&
         is_printable_ascii(media.cname) && media.mid_extension_id <= kMaxExtensionId &&
         media.transport_sequence_extension_id <= kMaxExtensionId && media.streams.size() <= kMaxStreams &&
         std::all_of(media.streams.begin(), media.streams.end(),
                     [](const StreamDescription& stream) { return valid(stream); });
}

struct WithinLimits {
  bool operator()(const SessionDescription& description) const { return valid(description); }
  bool operator()(const Candidates& message) const {
    return !message.candidates.empty() && valid_candidates(message.candidates);
  }
  bool operator()(const IceRestart& message) const {
    return valid(message.ice) && valid_candidates(message.candidates);
  }
  bool operator()(const EndOfCandidates&) const { return true; }
  bool operator()(const Accept&) const { return true; }
  bool operator()(const Accepted&) const { return true; }
  bool operator()(const AnsweredElsewhere&) const { return true; }
  bool operator()(const MediaReady&) const { return true; }
  bool operator()(const MediaRemove&) const { return true; }
  bool operator()(const MediaState&) const { return true; }
  bool operator()(const Hangup&) const { return true; }
  bool operator()(const Ack&) const { return true; }
};

}  // namespace

bool within_limits(const CallMessage& message) { return std::visit(WithinLimits{}, message); }

}  // namespace sotto::signaling
