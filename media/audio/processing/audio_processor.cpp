#include "media/audio/processing/audio_processor.hpp"

#include <array>
#include <mutex>

#include "media/audio/processing/detail/webrtc_processing.hpp"
#include "media/audio/processing/echo_reference.hpp"

namespace sotto::media {
namespace {

// The library's statistics are looked up so often.
constexpr int kBlocksBetweenStatistics = 20;

}  // namespace

class AudioProcessor::State {
 public:
  explicit State(const AudioProcessing& wanted) : library_(wanted) {
    if (wanted.echo_cancellation) reference_.emplace(detail::WebrtcProcessing::kLead);
  }

  void render(std::span<const int16_t, kAudioBlockSamples> block, Timestamp when) {
    if (reference_) reference_->render(block, when);
  }

  void capture(std::span<int16_t, kAudioBlockSamples> block, Timestamp when) {
    if (reference_) reference_->align(block, when, far_);
    library_.process(far_, block);
    publish();
  }

  void skip(Timestamp when) {
    if (reference_) reference_->skip(when);
  }

  AudioProcessorStatistics statistics() const {
    const std::lock_guard lock(mutex_);
    return statistics_;
  }

 private:
  void publish() {
    const std::lock_guard lock(mutex_);
    statistics_.voice = library_.voice();
    if (!reference_) return;
    statistics_.echo_delay = reference_->delay();
    statistics_.drift_ppm = reference_->drift_ppm();
    if (until_next_statistics_-- > 0) return;
    until_next_statistics_ = kBlocksBetweenStatistics;
    statistics_.echo_return_loss_enhancement = library_.echo_return_loss_enhancement();
  }

  detail::WebrtcProcessing library_;
  std::optional<EchoReference> reference_;
  std::array<int16_t, kAudioBlockSamples> far_{};
  int until_next_statistics_ = 0;

  mutable std::mutex mutex_;  ///< held for the length of a copy
  AudioProcessorStatistics statistics_;
};

AudioProcessor::AudioProcessor(const AudioProcessing& wanted) : state_(std::make_unique<State>(wanted)) {}
AudioProcessor::~AudioProcessor() = default;

void AudioProcessor::render(std::span<const int16_t, kAudioBlockSamples> block, Timestamp when) {
  state_->render(block, when);
}

void AudioProcessor::capture(std::span<int16_t, kAudioBlockSamples> block, Timestamp when) {
  state_->capture(block, when);
}

void AudioProcessor::skip(Timestamp when) { state_->skip(when); }

AudioProcessorStatistics AudioProcessor::statistics() const { return state_->statistics(); }

}  // namespace sotto::media
