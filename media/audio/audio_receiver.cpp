#include "media/audio/audio_receiver.hpp"

#include <array>
#include <mutex>

#include "media/audio/audio_playout.hpp"
#include "media/audio/jitter_buffer.hpp"
#include "media/audio/redundant_payload.hpp"

namespace sotto::media {

/// What the two threads share, and what is the sound thread's alone.
class AudioReceiver::Shared {
 public:
  explicit Shared(AudioReceiverOptions options)
      : payload_type_(options.payload_type), buffer_(options.max_delay), playout_(*options.codec) {}

  void on_payload(int64_t sequence, uint32_t rtp_timestamp, ByteView payload, Timestamp arrival) {
    const std::lock_guard lock(mutex_);
    buffer_.insert(sequence, rtp_timestamp, payload, arrival);
  }

  void on_redundant_payload(int64_t sequence, uint32_t rtp_timestamp, ByteView payload, Timestamp arrival) {
    const std::optional<RedundantPayload> parsed = parse_redundant_payload(payload);
    const std::lock_guard lock(mutex_);
    if (!parsed || parsed->primary_type != payload_type_) {
      ++unreadable_;
      return;
    }
    // The primary first: it says where in time the copies belong.
    if (!buffer_.insert(sequence, rtp_timestamp, parsed->primary, arrival)) return;
    for (const RedundantBlock& block : parsed->blocks()) {
      if (block.payload_type != payload_type_ || block.payload.empty()) continue;
      buffer_.insert_copy(rtp_timestamp - block.timestamp_offset, block.payload, arrival);
    }
  }

  void play(std::span<int16_t, kAudioBlockSamples> out, Timestamp now) {
    uint64_t concealed = 0, silent = 0;
    {
      const std::lock_guard lock(mutex_);
      buffer_.on_tick(now);
    }
    while (playout_.ready() < kAudioBlockSamples) {
      const int ready = static_cast<int>(playout_.ready());
      PlayoutStep step;
      {
        const std::lock_guard lock(mutex_);
        step = buffer_.next(now, ready, packet_);
      }
      if (step.kind == PlayoutStep::Kind::kConceal) concealed += static_cast<uint64_t>(step.samples);
      if (step.kind == PlayoutStep::Kind::kSilence) silent += kAudioBlockSamples - static_cast<uint64_t>(ready);
      if (const int stretched = playout_.perform(step); stretched != 0) {
        const std::lock_guard lock(mutex_);
        stretched > 0 ? buffer_.on_inserted(stretched, ready) : buffer_.on_removed(-stretched, ready);
      }
    }
    playout_.take(out);
    const std::lock_guard lock(mutex_);
    total_ += out.size();
    concealed_ += concealed;
    silent_ += silent;
  }

  void set_least_delay(Duration delay) {
    const std::lock_guard lock(mutex_);
    buffer_.set_least_delay(delay);
  }

  std::optional<PlayedSample> played() const {
    const std::lock_guard lock(mutex_);
    return buffer_.played();
  }

  AudioReceiverStatistics statistics() const {
    const std::lock_guard lock(mutex_);
    const JitterBufferStatistics buffer = buffer_.statistics();
    return {.total_samples = total_,
            .concealed_samples = concealed_,
            .silent_samples = silent_,
            .inserted_samples = buffer.inserted_samples,
            .removed_samples = buffer.removed_samples,
            .packets_received = buffer.received + unreadable_,
            .packets_recovered = buffer.recovered,
            .packets_late = buffer.late,
            .packets_duplicate = buffer.duplicate,
            .packets_discarded = buffer.discarded + unreadable_,
            .delay = buffer.delay,
            .target = buffer.target};
  }

 private:
  const uint8_t payload_type_;
  mutable std::mutex mutex_;
  JitterBuffer buffer_;  ///< under mutex_, as are the counters
  uint64_t unreadable_ = 0;
  uint64_t total_ = 0;
  uint64_t concealed_ = 0;
  uint64_t silent_ = 0;

  AudioPlayout playout_;  ///< the sound thread's alone, as is packet_
  std::array<uint8_t, PacketStore::kMaxPayload> packet_{};
};

AudioReceiver::AudioReceiver(AudioReceiverOptions options) : shared_(std::make_unique<Shared>(options)) {}
AudioReceiver::~AudioReceiver() = default;

void AudioReceiver::on_payload(int64_t sequence, uint32_t rtp_timestamp, ByteView payload, Timestamp arrival) {
  shared_->on_payload(sequence, rtp_timestamp, payload, arrival);
}

void AudioReceiver::on_redundant_payload(int64_t sequence, uint32_t rtp_timestamp, ByteView payload,
                                         Timestamp arrival) {
  shared_->on_redundant_payload(sequence, rtp_timestamp, payload, arrival);
}

void AudioReceiver::play(std::span<int16_t, kAudioBlockSamples> out, Timestamp now) { shared_->play(out, now); }

void AudioReceiver::set_least_delay(Duration delay) { shared_->set_least_delay(delay); }

std::optional<PlayedSample> AudioReceiver::played() const { return shared_->played(); }

AudioReceiverStatistics AudioReceiver::statistics() const { return shared_->statistics(); }

}  // namespace sotto::media
