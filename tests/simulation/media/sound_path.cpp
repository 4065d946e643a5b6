#include "sound_path.hpp"

#include <algorithm>
#include <array>

namespace sotto::simulation {
namespace {

constexpr Duration kBlockTime = 10ms;
constexpr size_t kBlocksPerSecond = 100;

size_t samples(Duration time) { return static_cast<size_t>(time.count() * 48 / 1000); }

}  // namespace

media::SoundQuality SoundRecord::quality(Duration from, Duration to) const {
  // What was said before is searched for a match as well, as far back as a delay may be.
  std::vector<media::SoundMatch> matches = media::match_sound(said, heard, match);
  std::erase_if(matches, [&](const media::SoundMatch& found) {
    return static_cast<size_t>(found.received_at) < samples(from) ||
           static_cast<size_t>(found.received_at) >= samples(to);
  });
  return media::summarize(matches, match);
}

double SoundRecord::concealed() const {
  return static_cast<double>(statistics.concealed_samples) / static_cast<double>(statistics.total_samples);
}

SoundPath::SoundPath(uint64_t seed, uint8_t payload_type, std::shared_ptr<PacketPool> pool, Duration phase)
    : speech_(seed),
      sender_({.payload_type = payload_type}, std::move(pool)),
      receiver_({.payload_type = payload_type}) {
  // A block is handed over when its last sample has been captured.
  record_.match.received_start = kBlockTime + phase;
}

std::optional<media::EncodedAudio> SoundPath::capture(Timestamp now) {
  std::array<int16_t, kAudioBlockSamples> block;
  speech_.next(block);
  record_.said.insert(record_.said.end(), block.begin(), block.end());
  return sender_.push(block, now);
}

void SoundPath::take(const transport::PayloadReceived& received) {
  const auto take = received.form == transport::PayloadForm::kRedundant ? &media::AudioReceiver::on_redundant_payload
                                                                        : &media::AudioReceiver::on_payload;
  (receiver_.*take)(received.sequence, received.rtp_timestamp, received.payload->view(), received.arrival);
}

void SoundPath::play(Timestamp now) {
  std::array<int16_t, kAudioBlockSamples> block;
  receiver_.play(block, now);
  record_.heard.insert(record_.heard.end(), block.begin(), block.end());
  if (record_.heard.size() % (kBlocksPerSecond * kAudioBlockSamples) == 0) {
    record_.delay.push_back(receiver_.statistics().delay);
  }
}

SoundRecord SoundPath::take_record() {
  record_.statistics = receiver_.statistics();
  return std::move(record_);
}

}  // namespace sotto::simulation
