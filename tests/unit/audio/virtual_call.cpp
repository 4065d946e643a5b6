#include "virtual_call.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

#include "media/audio/audio_sender.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

constexpr Duration kBlockTime = 10ms;

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 2 + 1) {}
  /// Evenly from 0 to 1.
  double roll() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 33) / 2147483648.0;
  }
  /// Up to `most`, but most often little, as threads on a busy machine wake up.
  Duration hiccup(Duration most) {
    const double r = roll();
    return Duration(static_cast<int64_t>(static_cast<double>(most.count()) * r * r * r * r));
  }

 private:
  uint64_t state_;
};

struct Packet {
  Timestamp arrival;
  int64_t sequence;
  uint32_t rtp_timestamp;
  bool redundant;
  std::vector<uint8_t> payload;
  bool operator<(const Packet& other) const { return arrival > other.arrival; }  // the earliest on top
};

Duration tick(int64_t index, double ppm) {
  return Duration(static_cast<int64_t>(std::llround(static_cast<double>(index) * 10'000.0 * (1.0 - ppm * 1e-6))));
}

}  // namespace

SoundQuality VirtualCallResult::quality(Duration network_delay) const {
  SoundQuality quality = summarize(match_sound(sent, received, match), match);
  quality.delay_p50 -= network_delay;
  quality.delay_p95 -= network_delay;
  return quality;
}

VirtualCallResult run_virtual_call(const VirtualNetwork& network, Duration length, std::span<const int16_t> speech) {
  Dice dice(network.seed);
  TestSpeech voice(network.seed);
  constexpr uint8_t kPayloadType = 111;
  AudioSender sender({.first_rtp_timestamp = 4'294'000'000u, .payload_type = kPayloadType, .codec = network.codec},
                     PacketPool::create());
  sender.set_copies(network.copies);
  AudioReceiver receiver({.payload_type = kPayloadType, .codec = network.codec});
  VirtualCallResult result;

  const Timestamp start{};
  const Timestamp origin = start + 1000s;
  std::priority_queue<Packet> link;
  Timestamp last_arrival = origin;
  int64_t sequence = 65'530;
  int64_t captured = 0, played = 0;
  Timestamp last_push = origin, last_play = origin;
  const auto push = [&](Timestamp now) {
    std::array<int16_t, kAudioBlockSamples> block;
    if (speech.empty()) {
      voice.next(block);
    } else {
      const size_t blocks = speech.size() / block.size();
      const auto next = speech.subspan(static_cast<size_t>(captured) % blocks * block.size(), block.size());
      std::copy(next.begin(), next.end(), block.begin());
    }
    if (network.keeps_sound) result.sent.insert(result.sent.end(), block.begin(), block.end());
    ++captured;
    std::optional<EncodedAudio> packet = sender.push(block, now);
    if (!packet) return;
    const int64_t number = sequence++;
    if (dice.roll() < network.loss) return;
    Timestamp arrival =
        now + network.delay + Duration(static_cast<int64_t>(dice.roll() * static_cast<double>(network.jitter.count())));
    if (network.extra) arrival += network.extra(now - origin);
    if (!network.reorders) arrival = std::max(arrival, last_arrival);
    last_arrival = std::max(last_arrival, arrival);
    const ByteView bytes = packet->payload->view();
    link.push({arrival, number, packet->rtp_timestamp, packet->redundant, {bytes.begin(), bytes.end()}});
  };

  Timestamp next_push = origin + kBlockTime, next_play = origin + network.phase;
  while (next_play - origin < length) {
    const Timestamp next_packet = link.empty() ? Timestamp::max() : link.top().arrival;
    if (next_packet <= next_push && next_packet <= next_play) {
      const Packet& packet = link.top();
      const auto take = packet.redundant ? &AudioReceiver::on_redundant_payload : &AudioReceiver::on_payload;
      (receiver.*take)(packet.sequence, packet.rtp_timestamp, packet.payload, packet.arrival);
      link.pop();
    } else if (next_push <= next_play) {
      push(next_push);
      last_push = next_push;
      next_push = std::max(
          last_push, origin + kBlockTime + tick(captured, network.sender_ppm) + dice.hiccup(network.sender_hiccup));
    } else {
      std::array<int16_t, kAudioBlockSamples> block;
      receiver.play(block, next_play);
      if (network.keeps_sound) result.received.insert(result.received.end(), block.begin(), block.end());
      if (++played % 100 == 0) {
        result.each_second.push_back(receiver.statistics());
        result.buffer_delay.push_back(result.each_second.back().delay);
      }
      last_play = next_play;
      const Duration due = network.phase + tick(played, network.receiver_ppm);
      next_play = std::max(
          last_play, origin + (network.device ? network.device(due) : due) + dice.hiccup(network.receiver_hiccup));
    }
  }
  result.statistics = receiver.statistics();
  result.match.received_start = network.phase;
  return result;
}

}  // namespace sotto::media
