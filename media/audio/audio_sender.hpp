#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "base/packet_buffer.hpp"
#include "base/units.hpp"
#include "media/audio/audio_codec.hpp"
#include "media/audio/recent_packets.hpp"

namespace sotto::media {

/// The most packets that a later one repeats.
inline constexpr int kMaxAudioCopies = static_cast<int>(RecentPackets::kKept);

struct AudioSenderOptions {
  DataRate bitrate = DataRate::kbps(32);  ///< of Opus itself, constant; 6 to 510 kbit/s
  uint32_t first_rtp_timestamp = 0;       ///< random in production (RFC 3550 5.1)
  uint8_t payload_type = 0;               ///< the RTP payload type of Opus, which redundant payloads name
  const AudioCodec* codec = &opus();
};

/// One Opus packet of 20 ms, ready to be an RTP payload (RFC 7587 4.2), alone or with copies of earlier ones.
struct EncodedAudio {
  PacketHandle payload;
  bool redundant = false;      ///< The payload has the format of RFC 2198.
  uint32_t rtp_timestamp = 0;  ///< 48 kHz
  bool marker = false;         ///< begins a talkspurt: the first packet, and the first after a gap (RFC 3551 4.1)
  /// When its first sample was captured, without the jitter of the thread that hands the blocks over. With
  /// rtp_timestamp it is what a sender report needs (RFC 3550 6.4.1).
  Timestamp captured{};
};

/// Turns captured sound into Opus packets: two blocks of 10 ms make one. Runs on the thread that captures (one at a
/// time): every second push takes about 0.25 ms; it locks nothing but the packet pool and allocates nothing once the
/// pool is warm.
class AudioSender {
 public:
  AudioSender(AudioSenderOptions options, std::shared_ptr<PacketPool> pool);
  ~AudioSender();

  /// Takes the 10 ms of sound whose capture ended at `captured`; every second call returns a packet. A hole of 100 ms
  /// or more in the times moves the RTP timestamp on by what is missing, so that sound stays in time with the picture.
  /// After one of a second, what had been begun before it is dropped.
  std::optional<EncodedAudio> push(std::span<const int16_t, kAudioBlockSamples> block, Timestamp captured);

  /// From now on each packet carries copies of so many packets before it, up to kMaxAudioCopies. Any thread.
  void set_copies(int copies);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::media
