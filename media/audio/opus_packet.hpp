#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace sotto::media {

/// The longest packet that Opus knows (RFC 6716 3.2.5), in samples at 48 kHz: 120 ms.
inline constexpr int kMaxOpusPacketSamples = 5760;

/// How much sound an Opus packet holds, in samples at 48 kHz, by its table of contents and frame count; nothing if the
/// packet breaks a rule of RFC 6716 3.4.
std::optional<int> opus_packet_samples(ByteView packet);

/// How much of the sound right before it an Opus packet carries a copy of, in samples at 48 kHz: in-band FEC (RFC 6716
/// 2.1.7), whose flags stand in the first byte of a SILK frame (4.2.3, 4.2.4). 0 if it carries none, or is no packet.
int opus_packet_copy_samples(ByteView packet);

}  // namespace sotto::media
