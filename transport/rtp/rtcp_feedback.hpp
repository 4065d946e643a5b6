#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>

#include "base/sequence_number.hpp"
#include "transport/rtp/rtcp_packet.hpp"

namespace sotto::transport {

/// Feedback message types within kTransportFeedback and kPayloadFeedback.
inline constexpr uint8_t kNackFormat = 1;            ///< RFC 4585 6.2.1, transport
inline constexpr uint8_t kTransportWideFormat = 15;  ///< draft-holmer-rmcat-transport-wide-cc-extensions-01, transport
inline constexpr uint8_t kPliFormat = 1;             ///< RFC 4585 6.3.1, payload
inline constexpr uint8_t kFirFormat = 4;             ///< RFC 5104 4.3.1, payload

/// The two sources that every feedback message begins with (RFC 4585 6.1), and what follows them.
struct FeedbackMessage {
  Ssrc sender{};
  Ssrc media{};
  ByteView control{};  ///< FCI, feedback control information
};

/// Reads a packet of type kTransportFeedback or kPayloadFeedback as far as all of them are alike.
std::optional<FeedbackMessage> parse_feedback(const RtcpPacketView& packet);

/// Calls `on_lost` for each sequence number that a NACK asks for, in the order of the message: at most 17 a word, so a
/// datagram asks for no more than some thousands. False if it is malformed.
template <typename OnLost>
bool parse_nack(const FeedbackMessage& nack, OnLost on_lost) {
  if (nack.control.empty() || nack.control.size() % 4 != 0) return false;
  for (ByteReader reader(nack.control); !reader.at_end();) {
    const SequenceNumber first(reader.u16());
    const uint16_t following = reader.u16();
    on_lost(first);
    for (unsigned rest = following; rest != 0; rest &= rest - 1) on_lost(first + 1 + std::countr_zero(rest));
  }
  return true;
}

/// Calls `on_request` with the source that shall send a key frame and the number of the request, for each entry of a
/// FIR. A repeated request repeats its number. False if it is malformed.
template <typename OnRequest>
bool parse_fir(const FeedbackMessage& fir, OnRequest on_request) {
  if (fir.control.empty() || fir.control.size() % 8 != 0) return false;
  for (ByteReader reader(fir.control); !reader.at_end();) {
    const Ssrc source(reader.u32());
    const uint8_t number = reader.u8();
    reader.skip(3);
    on_request(source, number);
  }
  return true;
}

/// Writes one NACK that asks for as many of `lost` (oldest first) as fit into `out`, and returns how many those are. If
/// not even one fits, writes nothing.
size_t write_nack(ByteWriter& out, Ssrc sender, Ssrc media, std::span<const SequenceNumber> lost);

void write_pli(ByteWriter& out, Ssrc sender, Ssrc media);

}  // namespace sotto::transport
