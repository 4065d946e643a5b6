#pragma once

#include <cstdint>
#include <optional>

#include <sotto/result.hpp>

#include "base/bytes.hpp"

namespace sotto::media {

/// A picture's number on the wire: 7 or 15 bits, wrapping (RFC 7741 4.2).
struct PictureId {
  uint16_t value = 0;
  bool is_15_bit = true;

  constexpr bool operator==(const PictureId&) const = default;
  /// The number of the picture that follows.
  constexpr PictureId next() const {
    return {static_cast<uint16_t>((value + 1) & (is_15_bit ? 0x7fff : 0x7f)), is_15_bit};
  }
};

/// What stands in front of the VP8 data in every RTP payload (RFC 7741 4.2):
///
///        0 1 2 3 4 5 6 7
///       +-+-+-+-+-+-+-+-+
///       |X|R|N|S|R| PID |   required
///       +-+-+-+-+-+-+-+-+
///  X:   |I|L|T|K|  RSV  |
///       +-+-+-+-+-+-+-+-+
///  I:   |M| PictureID   |   one or two bytes
///       +-+-+-+-+-+-+-+-+
///  L:   |   TL0PICIDX   |
///       +-+-+-+-+-+-+-+-+
///  T/K: |TID|Y| KEYIDX  |
///       +-+-+-+-+-+-+-+-+
struct Vp8PayloadDescriptor {
  bool non_reference = false;     ///< N: nothing refers to this picture
  bool starts_partition = false;  ///< S
  uint8_t partition_index = 0;    ///< PID, 0 to 7
  std::optional<PictureId> picture_id{};
  std::optional<uint8_t> tl0_picture_index{};  ///< running number of base layer pictures
  std::optional<uint8_t> temporal_layer{};     ///< TID, 0 to 3
  bool layer_sync = false;                     ///< Y: refers to the base layer alone; only with temporal_layer
  std::optional<uint8_t> key_index{};          ///< KEYIDX, 0 to 31

  bool operator==(const Vp8PayloadDescriptor&) const = default;

  /// Whether the payload holds the first byte of a picture.
  bool starts_frame() const { return starts_partition && partition_index == 0; }
};

/// A payload taken apart.
struct Vp8Payload {
  Vp8PayloadDescriptor descriptor;
  ByteView data;  ///< into the payload; at least one byte
};

/// Takes a payload apart. kMalformed if the descriptor is cut short or no data follows.
Result<Vp8Payload> parse_vp8_payload(ByteView payload);

/// Writes a descriptor. Fields must be in their ranges.
void write_vp8_payload_descriptor(ByteWriter& writer, const Vp8PayloadDescriptor& descriptor);

/// The start of a VP8 picture (RFC 6386 9.1, which RFC 7741 4.3 calls the payload header).
struct Vp8FrameHeader {
  bool key_frame = false;
  bool shown = true;
  uint32_t first_partition_size = 0;  ///< bytes
  int width = 0;                      ///< pixels; of key frames only, else 0
  int height = 0;                     ///< pixels; of key frames only, else 0
};

/// Reads a picture's start. kMalformed if it is cut short, a key frame lacks its start code, or has no pixels.
Result<Vp8FrameHeader> parse_vp8_frame_header(ByteView frame);

}  // namespace sotto::media
