#include "tools/bench_audio/trace_replay.hpp"

#include <algorithm>
#include <array>

#include "base/packet_buffer.hpp"
#include "media/audio/audio_sender.hpp"
#include "media/device/test_sound.hpp"
#include "transport/congestion/redundancy_control.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kBlockTime = 10ms;
constexpr Duration kFeedbackTime = 100ms;
constexpr uint8_t kPayloadType = 111;
// A match that is no better than this says nothing about the delay.
constexpr double kFound = 0.5;

/// What the other end tells of what came, as late as it comes back, and what the sender makes of it.
class Feedback {
 public:
  Feedback(int64_t packets, Duration way_back) : way_back_(way_back), arrivals_(static_cast<size_t>(packets)) {}

  void on_sent(int64_t number) { control_.on_sent(number); }
  void on_arrival(int64_t number, Duration now) {
    auto& arrival = arrivals_[static_cast<size_t>(number)];
    if (arrival) return;
    arrival = now;
    if (number < told_) late_.push_back(number);
    highest_ = std::max(highest_, number + 1);
  }

  /// Each kFeedbackTime at the receiver.
  void tell(Duration now) {
    Told told{.due = now + way_back_, .results = {}};
    for (const int64_t number : late_) told.results.push_back(result_of(number, true));
    for (; told_ < highest_; ++told_) told.results.push_back(result_of(told_, false));
    late_.clear();
    if (!told.results.empty()) under_way_.push_back(std::move(told));
  }

  /// How many copies are worth it at the sender now.
  int copies(Duration now) {
    while (!under_way_.empty() && under_way_.front().due <= now) {
      control_.on_feedback(under_way_.front().results);
      under_way_.erase(under_way_.begin());
    }
    return control_.copies();
  }

 private:
  struct Told {
    Duration due;
    std::vector<transport::PacketResult> results;
  };

  transport::PacketResult result_of(int64_t number, bool was_missing) const {
    transport::PacketResult result;
    result.packet.sequence = number;
    result.arrival = arrivals_[static_cast<size_t>(number)];
    result.was_missing = was_missing;
    return result;
  }

  const Duration way_back_;
  std::vector<std::optional<Duration>> arrivals_;
  std::vector<int64_t> late_;
  int64_t highest_ = 0, told_ = 0;
  std::vector<Told> under_way_;
  transport::RedundancyControl control_;
};

/// The packets of a trace that come, in the order in which they do.
std::vector<TracePacket> arrivals_of(const ArrivalTrace& trace) {
  std::vector<TracePacket> arrivals;
  for (const TracePacket& packet : trace.packets) {
    if (packet.arrival) arrivals.push_back(packet);
  }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const TracePacket& a, const TracePacket& b) { return *a.arrival < *b.arrival; });
  return arrivals;
}

Duration fastest_of(std::span<const TracePacket> arrivals) {
  Duration fastest = ArrivalTrace::kLongestTransit;
  for (const TracePacket& packet : arrivals) fastest = std::min(fastest, ArrivalTrace::transit(packet));
  return arrivals.empty() ? Duration::zero() : fastest;
}

/// A call in one direction. Times are since it began; packet n is complete, and sent, at 20 ms times n + 1.
class Replay {
 public:
  Replay(const ArrivalTrace& trace, const TraceReplayOptions& options)
      : trace_(trace),
        options_(options),
        arrivals_(arrivals_of(trace)),
        arrived_(static_cast<size_t>(trace.sent)),
        sender_({.first_rtp_timestamp = 0, .payload_type = kPayloadType}, PacketPool::create()),
        receiver_({.payload_type = kPayloadType}),
        voice_(options.seed),
        feedback_(trace.sent, fastest_of(arrivals_)) {
    for (const TracePacket& packet : arrivals_) arrived_[static_cast<size_t>(packet.number)] = true;
    result_.fastest = fastest_of(arrivals_);
    result_.match.received_start = options.phase;
    packets_.resize(static_cast<size_t>(trace.sent));
    sender_.set_copies(copies_ = options.copies.value_or(feedback_.copies(0ms)));
  }

  TraceReplay run() {
    const Duration length = trace_.sent * ArrivalTrace::kPacketTime;
    Duration next_capture = kBlockTime, next_play = options_.phase, next_tell = kFeedbackTime;
    while (next_play < length) {
      const Duration next_arrival = next_ < arrivals_.size() ? arrival_of(arrivals_[next_]) : Duration::max();
      if (next_arrival < std::min({next_capture, next_play, next_tell})) {
        arrive(arrivals_[next_++], next_arrival);
      } else if (next_capture <= std::min(next_play, next_tell)) {
        capture(next_capture);
        next_capture += kBlockTime;
      } else if (next_play <= next_tell) {
        play(next_play);
        next_play += kBlockTime;
      } else {
        feedback_.tell(next_tell);
        next_tell += kFeedbackTime;
      }
    }
    finish(length);
    return std::move(result_);
  }

 private:
  struct Sent {
    uint32_t rtp_timestamp = 0;
    bool redundant = false;
    Bytes payload;
  };

  static Duration arrival_of(const TracePacket& packet) { return *packet.arrival + ArrivalTrace::kPacketTime; }
  static Timestamp at(Duration since_start) { return Timestamp{} + 1000s + since_start; }

  void capture(Duration now) {
    std::array<int16_t, kAudioBlockSamples> block;
    options_.source ? options_.source(block) : voice_.next(block);
    result_.said.insert(result_.said.end(), block.begin(), block.end());
    if (!options_.copies) sender_.set_copies(copies_ = feedback_.copies(now));
    const std::optional<media::EncodedAudio> packet = sender_.push(block, at(now));
    if (!packet || sent_ == trace_.sent) return;
    const ByteView payload = packet->payload->view();
    packets_[static_cast<size_t>(sent_)] = {packet->rtp_timestamp, packet->redundant, {payload.begin(), payload.end()}};
    feedback_.on_sent(sent_);
    bytes_ += payload.size();
    copies_sent_ += copies_;
    moment_sent_ += 1;
    moment_lost_ += arrived_[static_cast<size_t>(sent_)] ? 0 : 1;
    ++sent_;
  }

  void arrive(const TracePacket& packet, Duration now) {
    feedback_.on_arrival(packet.number, now);
    const Sent& sent = packets_[static_cast<size_t>(packet.number)];
    const auto take = sent.redundant ? &media::AudioReceiver::on_redundant_payload : &media::AudioReceiver::on_payload;
    (receiver_.*take)(packet.number, sent.rtp_timestamp, sent.payload, at(now));
  }

  void play(Duration now) {
    std::array<int16_t, kAudioBlockSamples> block;
    receiver_.play(block, at(now));
    result_.heard.insert(result_.heard.end(), block.begin(), block.end());
    if (result_.heard.size() % static_cast<size_t>(TraceReplay::kMoment / kBlockTime * kAudioBlockSamples) == 0) note();
  }

  void note() {
    const media::AudioReceiverStatistics now = receiver_.statistics();
    const double samples = static_cast<double>(now.total_samples - before_.total_samples);
    const auto share = [&](uint64_t media::AudioReceiverStatistics::*counter) {
      return static_cast<double>(now.*counter - before_.*counter) / samples;
    };
    result_.moments.push_back({.held = now.delay,
                               .wanted = now.target,
                               .made_up_share = share(&media::AudioReceiverStatistics::concealed_samples),
                               .stretched_share = share(&media::AudioReceiverStatistics::inserted_samples),
                               .hurried_share = share(&media::AudioReceiverStatistics::removed_samples),
                               .lost_share = moment_sent_ > 0 ? static_cast<double>(moment_lost_) / moment_sent_ : 0,
                               .recovered = static_cast<int>(now.packets_recovered - before_.packets_recovered),
                               .copies = copies_});
    before_ = now;
    moment_sent_ = moment_lost_ = 0;
  }

  void finish(Duration length) {
    result_.statistics = receiver_.statistics();
    const auto packets = static_cast<double>(trace_.sent);
    result_.mean_copies = static_cast<double>(copies_sent_) / static_cast<double>(std::max<int64_t>(sent_, 1));
    result_.sent_kbps = static_cast<double>(bytes_) * 8 / 1000 / to_seconds(length);
    result_.lost_share = static_cast<double>(std::count(arrived_.begin(), arrived_.end(), false)) / packets;
  }

  const ArrivalTrace& trace_;
  const TraceReplayOptions& options_;
  const std::vector<TracePacket> arrivals_;
  std::vector<bool> arrived_;  ///< by number
  size_t next_ = 0;            ///< of arrivals_
  media::AudioSender sender_;
  media::AudioReceiver receiver_;
  media::TestSpeech voice_;
  Feedback feedback_;
  std::vector<Sent> packets_;
  int64_t sent_ = 0;
  int copies_ = 0;
  int64_t copies_sent_ = 0;
  uint64_t bytes_ = 0;
  media::AudioReceiverStatistics before_;  ///< at the end of the last moment
  int moment_sent_ = 0, moment_lost_ = 0;
  TraceReplay result_;
};

}  // namespace

TraceReplay replay_trace(const ArrivalTrace& trace, const TraceReplayOptions& options) {
  return Replay(trace, options).run();
}

std::vector<int16_t> in_time_with(std::span<const int16_t> said, std::span<const int16_t> heard,
                                  std::span<const media::SoundMatch> matches) {
  // From one match to the next, the nearer one says how late play-out was.
  std::vector<media::SoundMatch> found;
  std::copy_if(matches.begin(), matches.end(), std::back_inserter(found),
               [](const media::SoundMatch& match) { return match.correlation > kFound; });
  std::sort(found.begin(), found.end(),
            [](const media::SoundMatch& a, const media::SoundMatch& b) { return a.sent_at < b.sent_at; });
  std::vector<int16_t> moved(said.size());
  if (found.empty()) return moved;
  size_t nearest = 0;
  // Matches are told by where their windows begin; what counts is how far their middles are.
  constexpr int64_t kHalfWindow = 160 * 48;
  for (size_t i = 0; i < said.size(); ++i) {
    const auto at = static_cast<int64_t>(i);
    while (nearest + 1 < found.size() && (at - kHalfWindow) * 2 > found[nearest].sent_at + found[nearest + 1].sent_at) {
      ++nearest;
    }
    const int64_t played = at + found[nearest].received_at - found[nearest].sent_at;
    if (played >= 0 && played < static_cast<int64_t>(heard.size())) moved[i] = heard[static_cast<size_t>(played)];
  }
  return moved;
}

}  // namespace sotto::tools
