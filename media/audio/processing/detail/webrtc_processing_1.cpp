// webrtc-audio-processing 1.x, as Debian 13 has it. On Debian 12 this file is empty: no test has run it yet.
#if SOTTO_WEBRTC_AUDIO_PROCESSING == 1

#include <modules/audio_processing/include/audio_processing.h>

#include <array>

#include "base/assert.hpp"
#include "media/audio/processing/detail/webrtc_processing.hpp"

namespace sotto::media::detail {
namespace {

using Library = webrtc::AudioProcessing;

// Loud enough to be understood in noise, with room above it for what is suddenly louder.
constexpr int kTargetPeak = 3;         // dB below full scale
constexpr int kMostAmplification = 9;  // dB

// Its canceller searches for the echo by itself, from here on.
constexpr int kReportedDelay = 4;  // ms

Library::Config::NoiseSuppression::Level level_of(NoiseSuppression wanted) {
  switch (wanted) {
    case NoiseSuppression::kOff:
    case NoiseSuppression::kLow:
      return Library::Config::NoiseSuppression::kLow;
    case NoiseSuppression::kModerate:
      return Library::Config::NoiseSuppression::kModerate;
    case NoiseSuppression::kHigh:
      return Library::Config::NoiseSuppression::kHigh;
    case NoiseSuppression::kVeryHigh:
      return Library::Config::NoiseSuppression::kVeryHigh;
  }
  return Library::Config::NoiseSuppression::kModerate;
}

void require(int error) { SOTTO_ASSERT(error == Library::kNoError); }

}  // namespace

class WebrtcProcessing::State {
 public:
  explicit State(const AudioProcessing& wanted)
      : echo_(wanted.echo_cancellation), library_(webrtc::AudioProcessingBuilder().Create()) {
    SOTTO_ASSERT(library_ != nullptr);
    Library::Config config;
    config.high_pass_filter.enabled = wanted.high_pass;
    config.echo_canceller.enabled = wanted.echo_cancellation;
    config.echo_canceller.enforce_high_pass_filtering = wanted.high_pass;
    config.noise_suppression.enabled = wanted.noise_suppression != NoiseSuppression::kOff;
    config.noise_suppression.level = level_of(wanted.noise_suppression);
    config.gain_controller1.enabled = wanted.gain_control;
    config.gain_controller1.mode = Library::Config::GainController1::kAdaptiveDigital;
    config.gain_controller1.target_level_dbfs = kTargetPeak;
    config.gain_controller1.compression_gain_db = kMostAmplification;
    config.gain_controller1.enable_limiter = true;
    config.voice_detection.enabled = wanted.voice_detection;
    library_->ApplyConfig(config);
  }

  void process(std::span<const int16_t, kAudioBlockSamples> far, std::span<int16_t, kAudioBlockSamples> near) {
    if (echo_) {
      std::array<int16_t, kAudioBlockSamples> unused;
      require(library_->ProcessReverseStream(far.data(), format_, format_, unused.data()));
      require(library_->set_stream_delay_ms(kReportedDelay));
    }
    require(library_->ProcessStream(near.data(), format_, format_, near.data()));
  }

  bool voice() const { return library_->GetStatistics().voice_detected.value_or(false); }

  std::optional<double> echo_return_loss_enhancement() const {
    const auto enhancement = library_->GetStatistics().echo_return_loss_enhancement;
    return enhancement ? std::optional(*enhancement) : std::nullopt;
  }

 private:
  const bool echo_;
  const webrtc::StreamConfig format_{kAudioSampleRate, 1};
  const rtc::scoped_refptr<Library> library_;
};

WebrtcProcessing::WebrtcProcessing(const AudioProcessing& wanted) : state_(std::make_unique<State>(wanted)) {}
WebrtcProcessing::~WebrtcProcessing() = default;

void WebrtcProcessing::process(std::span<const int16_t, kAudioBlockSamples> far,
                               std::span<int16_t, kAudioBlockSamples> near) {
  state_->process(far, near);
}

bool WebrtcProcessing::voice() const { return state_->voice(); }

std::optional<double> WebrtcProcessing::echo_return_loss_enhancement() const {
  return state_->echo_return_loss_enhancement();
}

}  // namespace sotto::media::detail

#endif
