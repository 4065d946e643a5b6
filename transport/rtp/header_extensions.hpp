#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace sotto::transport {

/// Which id the session description gave to which header extension (RFC 8285); zero: none. 1 to 14 when writing.
struct HeaderExtensionIds {
  uint8_t mid = 0;                 ///< urn:ietf:params:rtp-hdrext:sdes:mid (RFC 9143)
  uint8_t transport_sequence = 0;  ///< draft-holmer-rmcat-transport-wide-cc-extensions-01
};

/// The header extensions that sotto knows. A view into the packet where it was read from one.
struct HeaderExtensions {
  std::string_view mid;  ///< Empty: absent.
  std::optional<uint16_t> transport_sequence;
};

/// The longest value that the one-byte form carries.
inline constexpr size_t kMaxMidLength = 16;

/// Reads an extension block, `profile` being the first 16 bits of its header: the one-byte form and the two-byte form
/// of RFC 8285, nothing of any other. An element that overruns the block ends the reading; those before it count.
HeaderExtensions parse_header_extensions(uint16_t profile, ByteView block, HeaderExtensionIds ids);

/// Sets the transport-wide sequence number in an extension block to zero, if there is one: it is given when a packet
/// leaves, and belongs to nothing that was made before (see FecRow).
void clear_transport_sequence(uint16_t profile, MutableByteView block, HeaderExtensionIds ids);

/// Bytes of the extension with its own header, padded to 32 bits; zero if there is nothing to write.
size_t header_extensions_size(const HeaderExtensions& extensions, HeaderExtensionIds ids);

/// Writes the extension header and block in the one-byte form. What has no id is left out.
void write_header_extensions(ByteWriter& out, const HeaderExtensions& extensions, HeaderExtensionIds ids);

}  // namespace sotto::transport
