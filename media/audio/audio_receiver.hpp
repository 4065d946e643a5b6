#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "media/audio/audio_codec.hpp"
#include "media/audio/played_sample.hpp"

namespace sotto::media {

struct AudioReceiverOptions {
  /// The most that play-out holds back a packet, however much the network jitters.
  Duration max_delay = 500ms;
  /// The RTP payload type of Opus, as the blocks of redundant payloads name it.
  uint8_t payload_type = 0;
  const AudioCodec* codec = &opus();
};

/// Samples at 48 kHz since the start.
struct AudioReceiverStatistics {
  uint64_t total_samples = 0;      ///< handed to the sound card
  uint64_t concealed_samples = 0;  ///< of these: made up because a packet was missing, faded ones included
  uint64_t silent_samples = 0;     ///< of these: silence because nothing is being received
  uint64_t inserted_samples = 0;   ///< by which play-out was put off or stretched, to wait for late packets
  uint64_t removed_samples = 0;    ///< cut out to win delay back
  uint64_t packets_received = 0;   ///< without those recovered
  uint64_t packets_recovered = 0;  ///< lost, but a later packet brought a copy in time
  uint64_t packets_late = 0;       ///< came after their time to play had passed
  uint64_t packets_duplicate = 0;
  uint64_t packets_discarded = 0;  ///< malformed, out of any plausible time, or too many
  Duration delay{};                ///< how long a packet that came as fast as any waits to be played
  Duration target{};               ///< how long it should, by the jitter measured
};

/// Turns Opus packets, as the network delivers them, into steady sound.
///
/// One network thread calls on_payload, one sound thread calls play; statistics may be asked for by any. All are told
/// the time and read no clock. The lock between them is held for a few microseconds at a time, never while decoding.
class AudioReceiver {
 public:
  explicit AudioReceiver(AudioReceiverOptions options = {});
  ~AudioReceiver();

  /// Takes the Opus packet of one RTP packet. `sequence` is the unwrapped RTP sequence number. Network thread.
  void on_payload(int64_t sequence, uint32_t rtp_timestamp, ByteView payload, Timestamp arrival);
  /// The same for an RTP packet whose payload carries earlier ones as well (RFC 2198).
  void on_redundant_payload(int64_t sequence, uint32_t rtp_timestamp, ByteView payload, Timestamp arrival);

  /// Fills the next 10 ms for the sound card, each 10 ms by its clock. Sound thread; about 30 us each second call,
  /// 0.2 ms where packets were lost; allocates nothing.
  void play(std::span<int16_t, kAudioBlockSamples> out, Timestamp now);

  /// How long play-out holds back the fastest packets at the least, for the sake of lip sync; it comes to that
  /// gradually, and never beyond max_delay. Any thread.
  void set_least_delay(Duration delay);
  /// A sample and when it is played: what lip sync stands on. Nothing while nothing is received. Any thread.
  std::optional<PlayedSample> played() const;

  AudioReceiverStatistics statistics() const;

 private:
  class Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace sotto::media
