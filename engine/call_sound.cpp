#include "engine/call_sound.hpp"

#include <algorithm>
#include <utility>

namespace sotto::engine {
namespace {

// Processing holds back less than 20 ms of sound.
constexpr int kBlocksHeldBack = 2;

// Long enough not to click: 5 ms.
constexpr int kFade = 240;

int16_t scaled(int16_t sample, int share) { return static_cast<int16_t>(sample * share / kFade); }

}  // namespace

CallSound::CallSound(const AudioProcessing& processing, std::shared_ptr<media::AudioReceiver> receiver)
    : receiver_(std::move(receiver)) {
  if (processing != AudioProcessing::none()) processor_ = std::make_unique<media::AudioProcessor>(processing);
}

void CallSound::play(std::span<int16_t, kAudioBlockSamples> block, Timestamp now) {
  if (receiver_) {
    receiver_->play(block, now);
  } else {
    std::ranges::fill(block, int16_t{0});
  }
  received_.add(block);
  if (processor_) processor_->render(block, now);
}

AudioBlock CallSound::capture(AudioBlock block, Timestamp captured, bool muted) {
  muted_.store(muted, std::memory_order_relaxed);
  if (muted) {
    // From the last sample that was sent, which nobody may look behind, down to nothing.
    const int16_t last = out_.back();
    if (processor_) processor_->skip(captured);
    std::ranges::fill(out_, int16_t{0});
    for (int i = 0; i < kFade; ++i) out_[static_cast<size_t>(i)] = scaled(last, kFade - 1 - i);
    silent_ = kBlocksHeldBack;
    fades_in_ = true;
    sent_.clear();
    return out_;
  }
  process(block, captured);
  if (silent_ > 0) {
    --silent_;
    std::ranges::fill(out_, int16_t{0});
  } else if (std::exchange(fades_in_, false)) {
    for (int i = 0; i < kFade; ++i) {
      int16_t& sample = out_[static_cast<size_t>(i)];
      sample = scaled(sample, i);
    }
  }
  sent_.add(out_);
  return out_;
}

void CallSound::process(AudioBlock block, Timestamp captured) {
  std::ranges::copy(block, out_.begin());
  if (processor_) processor_->capture(out_, captured);
}

void CallSound::add_to(AudioStatistics& statistics) const {
  statistics.sent_level_dbfs = sent_.dbfs();
  statistics.received_level_dbfs = received_.dbfs();
  if (!processor_) return;
  const media::AudioProcessorStatistics processing = processor_->statistics();
  statistics.voice_active = processing.voice && !muted_.load(std::memory_order_relaxed);
  statistics.echo_delay = processing.echo_delay;
  statistics.echo_return_loss_enhancement_db = processing.echo_return_loss_enhancement;
  statistics.sound_card_drift_ppm = processing.drift_ppm;
}

}  // namespace sotto::engine
