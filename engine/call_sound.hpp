#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include <sotto/audio_processing.hpp>
#include <sotto/media_source.hpp>
#include <sotto/statistics.hpp>

#include "media/audio/audio_receiver.hpp"
#include "media/audio/level_meter.hpp"
#include "media/audio/processing/audio_processor.hpp"

namespace sotto::engine {

/// The sound of one call at this device, between loudspeaker and microphone on the one side and the codec on the other:
/// what is played is what may come back as an echo. One thread plays, one captures, any may ask for statistics.
class CallSound {
 public:
  /// `receiver` is null if no sound is received.
  CallSound(const AudioProcessing& processing, std::shared_ptr<media::AudioReceiver> receiver);

  /// Fills the next 10 ms for the loudspeaker. Playing thread; allocates nothing.
  void play(std::span<int16_t, kAudioBlockSamples> block, Timestamp now);

  /// What is to be sent of 10 ms of the microphone, valid until the next call. Of a muted block, which is silence
  /// already, and of the next two nothing is: what was said before it must not come out after it. Capturing thread;
  /// allocates nothing.
  AudioBlock capture(AudioBlock block, Timestamp captured, bool muted);

  void add_to(AudioStatistics& statistics) const;

 private:
  void process(AudioBlock block, Timestamp captured);

  const std::shared_ptr<media::AudioReceiver> receiver_;
  std::unique_ptr<media::AudioProcessor> processor_;  ///< null if there is nothing to do
  media::LevelMeter received_;
  media::LevelMeter sent_;
  std::array<int16_t, kAudioBlockSamples> out_{};  ///< capturing thread's, as are those that follow
  int silent_ = 0;                                 ///< blocks until sound is sent again
  bool fades_in_ = false;
  std::atomic<bool> muted_ = false;
};

}  // namespace sotto::engine
