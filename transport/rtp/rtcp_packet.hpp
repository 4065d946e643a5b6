#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace sotto::transport {

/// RTCP packet types (RFC 3550 12.1, RFC 4585 6.1).
enum class RtcpType : uint8_t {
  kSenderReport = 200,
  kReceiverReport = 201,
  kSourceDescription = 202,
  kBye = 203,
  kTransportFeedback = 205,
  kPayloadFeedback = 206,
};

/// Bytes of the header that all RTCP packets begin with.
inline constexpr size_t kRtcpHeaderSize = 4;

/// One RTCP packet of a compound one. `type` may have a value that the enumeration does not name.
struct RtcpPacketView {
  RtcpType type{};
  uint8_t count = 0;  ///< The five bits that hold a count of blocks, or the feedback message type.
  ByteView body{};    ///< Behind the common header, without padding.
};

/// Takes a decrypted compound packet apart, reduced-size ones included (RFC 5506: any packet may come first).
class RtcpReader {
 public:
  explicit RtcpReader(ByteView compound) : reader_(compound) {}

  /// The next packet; nothing at the end, and nothing once something was malformed.
  std::optional<RtcpPacketView> next();
  /// Whether all that was read so far was well-formed.
  bool ok() const { return reader_.ok(); }

 private:
  ByteReader reader_;
};

/// Writes the common header of a packet with `body_size` bytes behind it, a multiple of four.
void write_rtcp_header(ByteWriter& out, RtcpType type, uint8_t count, size_t body_size);

}  // namespace sotto::transport
