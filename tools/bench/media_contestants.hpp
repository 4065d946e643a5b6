#pragma once

#include <cstddef>

#include "tools/bench/interleaved.hpp"

// What sotto's receivers do with payloads.

namespace sotto::tools {

/// Bytes of a packet of 20 ms of Opus at the engine's rate.
size_t opus_packet_size();

/// The jitter buffer without the codec: a packet comes, and the sound card asks twice. An operation is one packet.
Contestant jitter_buffer();
/// The same with the codec: AudioReceiver, from payload to samples.
Contestant audio_receiver();
/// Opus decoding alone of the same packets: the floor of the receiver.
Contestant opus_decoding();

/// Bytes of each payload that frame_assembly() is given: the largest there are.
size_t video_payload_size();
/// Payloads to whole pictures, not decoded. An operation is one payload; nine make a picture.
Contestant frame_assembly();

}  // namespace sotto::tools
