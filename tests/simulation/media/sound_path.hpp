#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "media/audio/audio_receiver.hpp"
#include "media/audio/audio_sender.hpp"
#include "media/device/sound_quality.hpp"
#include "media/device/test_sound.hpp"
#include "transport/peer_transport_types.hpp"

namespace sotto::simulation {

/// What was said at one end and heard at the other.
struct SoundRecord {
  std::vector<int16_t> said;
  std::vector<int16_t> heard;
  std::vector<Duration> delay;  ///< of the receiver's buffer, each second
  media::AudioReceiverStatistics statistics;
  media::SoundMatchOptions match;

  /// From mouth to ear, of what was heard in this time.
  media::SoundQuality quality(Duration from, Duration to) const;
  double concealed() const;  ///< part of all that was played
};

/// Sound in one direction, real but for its devices: speech is made up and encoded at one end, buffered, decoded and
/// played at the other. Both sound cards tick each 10 ms, the one that plays `phase` later.
class SoundPath {
 public:
  SoundPath(uint64_t seed, uint8_t payload_type, std::shared_ptr<PacketPool> pool, Duration phase);

  /// The next 10 ms are captured; each second time they make a packet.
  std::optional<media::EncodedAudio> capture(Timestamp now);
  void set_copies(int copies) { sender_.set_copies(copies); }

  void take(const transport::PayloadReceived& received);
  std::optional<media::PlayedSample> played() const { return receiver_.played(); }
  void set_least_delay(Duration delay) { receiver_.set_least_delay(delay); }
  /// The next 10 ms are played.
  void play(Timestamp now);

  SoundRecord take_record();

 private:
  media::TestSpeech speech_;
  media::AudioSender sender_;
  media::AudioReceiver receiver_;
  SoundRecord record_;
};

}  // namespace sotto::simulation
