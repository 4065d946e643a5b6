// webrtc-audio-processing 0.3, as Debian 12 has it.
#if SOTTO_WEBRTC_AUDIO_PROCESSING == 0

#include <webrtc/modules/audio_processing/include/audio_processing.h>
#include <webrtc/modules/interface/module_common_types.h>

#include <algorithm>

#include "base/assert.hpp"
#include "media/audio/processing/detail/webrtc_processing.hpp"

// The library exports this, but its header is not packaged. Options (webrtc::Config) are no way to it: they are told
// apart by the addresses of variables in its headers, of which a library with hidden symbols has its own.
extern "C" void WebRtcAec_enable_extended_filter(AecCore* canceller, int enable);

namespace sotto::media::detail {
namespace {

// Of the echo that it has to look for: an earlier one it would miss.
constexpr int kReportedDelay = 4;  // ms

// What it says of an echo that it has not measured.
constexpr int kUnknown = -100;  // dB

webrtc::NoiseSuppression::Level level_of(NoiseSuppression wanted) {
  switch (wanted) {
    case NoiseSuppression::kOff:
    case NoiseSuppression::kLow:
      return webrtc::NoiseSuppression::kLow;
    case NoiseSuppression::kModerate:
      return webrtc::NoiseSuppression::kModerate;
    case NoiseSuppression::kHigh:
      return webrtc::NoiseSuppression::kHigh;
    case NoiseSuppression::kVeryHigh:
      return webrtc::NoiseSuppression::kVeryHigh;
  }
  return webrtc::NoiseSuppression::kModerate;
}

// It refuses what is out of its documented ranges, which nothing here is.
void require(int error) { SOTTO_ASSERT(error == webrtc::AudioProcessing::kNoError); }

}  // namespace

class WebrtcProcessing::State {
 public:
  explicit State(const AudioProcessing& wanted) : echo_(wanted.echo_cancellation), voice_(wanted.voice_detection) {
    library_.reset(webrtc::AudioProcessing::Create());
    SOTTO_ASSERT(library_ != nullptr);
    constexpr auto kMono = webrtc::AudioProcessing::kMono;
    require(library_->Initialize(kAudioSampleRate, kAudioSampleRate, kAudioSampleRate, kMono, kMono, kMono));
    require(library_->high_pass_filter()->Enable(wanted.high_pass));
    if (echo_) {
      // What it suppresses besides what its filter takes away costs the near end more than the echo is worth: 4 dB in
      // double talk on this level, 10 on the highest (measured).
      require(library_->echo_cancellation()->set_suppression_level(webrtc::EchoCancellation::kLowSuppression));
      require(library_->echo_cancellation()->enable_drift_compensation(false));
      require(library_->echo_cancellation()->enable_metrics(true));
      require(library_->echo_cancellation()->Enable(true));
      // 128 ms of echo in the place of 48. It is told where the echo is: its own search takes more than 8 s to find one
      // that comes 200 ms late (measured).
      WebRtcAec_enable_extended_filter(library_->echo_cancellation()->aec_core(), 1);
    }
    if (wanted.noise_suppression != NoiseSuppression::kOff) {
      require(library_->noise_suppression()->set_level(level_of(wanted.noise_suppression)));
      require(library_->noise_suppression()->Enable(true));
    }
    if (wanted.gain_control) require(library_->gain_control()->Enable(true));
    if (voice_) {
      require(library_->voice_detection()->set_likelihood(webrtc::VoiceDetection::kLowLikelihood));
      require(library_->voice_detection()->Enable(true));
    }
    frame_.sample_rate_hz_ = kAudioSampleRate;
    frame_.num_channels_ = 1;
    frame_.samples_per_channel_ = kAudioBlockSamples;
  }

  void process(std::span<const int16_t, kAudioBlockSamples> far, std::span<int16_t, kAudioBlockSamples> near) {
    if (echo_) {
      std::ranges::copy(far, frame_.data_);
      require(library_->ProcessReverseStream(&frame_));
      require(library_->set_stream_delay_ms(kReportedDelay));
    }
    std::ranges::copy(near, frame_.data_);
    require(library_->ProcessStream(&frame_));
    std::copy_n(frame_.data_, near.size(), near.begin());
  }

  std::optional<double> echo_return_loss_enhancement() const {
    webrtc::EchoCancellation::Metrics metrics;
    if (!echo_ || library_->echo_cancellation()->GetMetrics(&metrics) != webrtc::AudioProcessing::kNoError) return {};
    const int enhancement = metrics.echo_return_loss_enhancement.instant;
    return enhancement > kUnknown ? std::optional<double>(enhancement) : std::nullopt;
  }

  bool voice() const { return voice_ && library_->voice_detection()->stream_has_voice(); }

 private:
  const bool echo_;
  const bool voice_;
  std::unique_ptr<webrtc::AudioProcessing> library_;
  webrtc::AudioFrame frame_;
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
