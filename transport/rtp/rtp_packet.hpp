#pragma once

#include <cstdint>
#include <optional>

#include "base/packet_buffer.hpp"
#include "base/sequence_number.hpp"
#include "transport/rtp/header_extensions.hpp"

namespace sotto::transport {

/// The fixed part of an RTP header (RFC 3550 5.1), without its contributing sources.
struct RtpHeader {
  bool padding = false;  ///< What is written ends with padding; parse_rtp() leaves it away, and this false.
  bool marker = false;
  uint8_t payload_type = 0;
  SequenceNumber sequence{};
  uint32_t timestamp = 0;
  Ssrc ssrc{};
};

/// An RTP packet taken apart. The views point into it.
struct RtpPacketView {
  RtpHeader header{};
  HeaderExtensions extensions{};
  ByteView payload{};  ///< Without padding.
  size_t payload_offset = 0;
};

/// Reads a decrypted RTP packet; nothing if it is not one, or its lengths contradict each other.
std::optional<RtpPacketView> parse_rtp(ByteView packet, HeaderExtensionIds ids);

/// As clear_transport_sequence of header extensions, in a whole packet that parse_rtp() reads.
void clear_transport_sequence(MutableByteView packet, HeaderExtensionIds ids);

/// Bytes of the header that prepend_rtp_header would write.
size_t rtp_header_size(const HeaderExtensions& extensions, HeaderExtensionIds ids);

/// Puts an RTP header with these extensions in front of the payload in `packet`.
void prepend_rtp_header(PacketBuffer& packet, const RtpHeader& header, const HeaderExtensions& extensions,
                        HeaderExtensionIds ids);

}  // namespace sotto::transport
