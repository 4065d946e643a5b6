#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace sotto::media {

/// The longest packet that Opus knows (RFC 6716 3.2.5), in samples at 48 kHz: 120 ms.
inline constexpr int kMaxOpusPacketSamples = 5760;

/// How much sound an Opus packet holds, in samples at 48 kHz, by its table of contents and frame count; nothing if the
/// packet breaks a rule of RFC 6716 3.4.
std::optional<int> opus_packet_samples(ByteView packet);

}  // namespace sotto::media
