#include "media/audio/jitter_buffer.hpp"

#include <algorithm>
#include <cstdlib>

#include <sotto/audio_format.hpp>

namespace sotto::media {
namespace {

constexpr int64_t kBlock = kAudioBlockSamples;
constexpr Duration kBlockTime = 10ms;
constexpr Duration kLongestPacket = 60ms;

// Held back beyond the measured jitter, because ticks and arrivals are told apart no better than threads wake up.
constexpr Duration kSlack = 2ms;

// Delay is won back only if so much stays over, or every other cut would be followed by concealment.
constexpr Duration kHysteresis = 2ms;

// A path that becomes slower by and by, as all do whose sender's clock is slow, is given way to when it is this much
// too slow: before packets of it are late.
constexpr Duration kOutrun = 500us;

// What changes by more than this from packet to packet is another path, and says nothing about clocks.
constexpr Duration kAnotherPath = 3ms;

// A few packets have to be played before it is known how early they are needed: the first ticks may themselves be late.
constexpr int kTakenBeforeCuts = 25;

// So much too much is won back within a second or two, though it may be heard: a queue that has gone.
constexpr Duration kUrgent = 60ms;

// And so much is cut in one piece, with the packets in it: a device that had stopped, a link that had stalled.
constexpr Duration kCutAtOnce = 400ms;

// What is decoded for the decoder's state alone must not take long: older packets are dropped undecoded.
constexpr int64_t kFarthestPrime = 160 * 48;

// After so much concealment the stream has stopped.
constexpr int64_t kStopped = 48000;

constexpr int64_t samples_in(Duration time) { return time.count() * 48 / 1000; }

}  // namespace

JitterBuffer::JitterBuffer(Duration max_delay) : max_delay_(max_delay) {}

bool JitterBuffer::insert(int64_t sequence, uint32_t rtp_timestamp, ByteView payload, Timestamp arrival) {
  ++statistics_.received;
  const PacketStore::Insertion insertion = store_.insert(sequence, rtp_timestamp, payload);
  statistics_.discarded += insertion.overflowed ? 1 : 0;
  switch (insertion.outcome) {
    case PacketStore::Outcome::kDuplicate:
      ++statistics_.duplicate;
      return true;
    case PacketStore::Outcome::kDiscarded:
      ++statistics_.discarded;
      return false;
    case PacketStore::Outcome::kLate:
      ++statistics_.late;
      break;
    case PacketStore::Outcome::kRestarted:
      arrivals_.reset();
      playing_ = false;
      new_stream_ = true;
      break;
    case PacketStore::Outcome::kStored:
      break;
  }
  arrivals_.on_packet(insertion.position, arrival, insertion.reordered);
  if (insertion.brought) arrivals_.on_packet(*insertion.brought, arrival, true);
  return true;
}

/// A copy, be it a payload of its own or in the next packet, is as late as a packet that others overtook by so much,
/// and waiting for it has to pay in the same way.
void JitterBuffer::insert_copy(uint32_t rtp_timestamp, ByteView payload, Timestamp arrival) {
  const PacketStore::Insertion insertion = store_.insert_copy(rtp_timestamp, payload);
  statistics_.discarded += insertion.overflowed ? 1 : 0;
  switch (insertion.outcome) {
    case PacketStore::Outcome::kDuplicate:
    case PacketStore::Outcome::kRestarted:
      return;
    case PacketStore::Outcome::kDiscarded:
      ++statistics_.discarded;
      return;
    case PacketStore::Outcome::kLate:
      break;
    case PacketStore::Outcome::kStored:
      ++statistics_.recovered;
      break;
  }
  arrivals_.on_packet(insertion.position, arrival, true);
}

PlayoutStep JitterBuffer::next(Timestamp now, int ready, std::span<uint8_t, PacketStore::kMaxPayload> memory) {
  if (!playing_) {
    const PlayoutStep step = start(now);
    if (!playing_) return step;
  }
  drop_passed();
  std::optional<StoredPacket> front = store_.front();
  bool is_copy = false;

  if (const Duration cut = cut_at_once(); cut > Duration::zero()) {
    // Without a packet to go on with there is nothing to cut; in a hole the cut costs nothing.
    skip_samples(samples_in(std::min(cut, held())) / kBlock * kBlock);
    drop_passed();
    front = store_.front();
  }
  if (front && front->position > due_) {
    if (const std::optional<StoredPacket> copy = copy_before(*front)) {
      front = copy;
      is_copy = true;
    }
  }
  if (front && front->position > due_ && has_tick_to_spare()) {
    skip_samples(std::min(samples_in(excess()) / kBlock * kBlock, front->position - due_));
  }

  if (!front || front->position > due_) {
    // What is missing is needed now all the same.
    if (due_ == decoded_until_) playout_.add(offset_from_media_time(due_, now), now);
    const int64_t hole = front ? front->position - due_ : kBlock;
    return conceal(std::min<int64_t>(kBlock - ready, hole));
  }

  const int64_t late = due_ - front->position;
  if (late == 0) {
    playout_.add(offset_from_media_time(due_, now), now);
    note_fastest();
    taken_ = std::min(taken_ + 1, kTakenBeforeCuts);
  } else {
    insert_samples(worth_putting_off(*front));
  }
  PlayoutStep step = take(*front, static_cast<int>(due_ - front->position), memory);
  step.is_copy = is_copy;
  if (is_copy) {
    ++statistics_.recovered;
  } else {
    store_.pop_front();
  }
  if (late == 0 && step.follows_last) {
    // What waits in front of a packet at its tick is delay that buys nothing.
    // Less is made up for where the next packet is late, unless it is known that it will be.
    step.may_insert = lacking() >= kBlockTime || is_outrun();
    if (step.may_insert) return step;
    step.may_remove = ready + (has_tick_to_spare() ? static_cast<int>(kBlock) : 0);
    step.urgent = excess() >= kUrgent;
  }
  return step;
}

/// Begins with the newest packet that is due by what is known of the network, so that a call whose first packets come
/// in a heap starts without their delay.
PlayoutStep JitterBuffer::start(Timestamp now) {
  std::optional<StoredPacket> front = store_.front();
  const auto is_due = [&](const StoredPacket& packet) {
    return Duration(offset_from_media_time(packet.position, now)) >= needed();
  };
  if (!front || !is_due(*front)) return {};
  for (std::optional<StoredPacket> second = store_.second(); second && is_due(*second); second = store_.second()) {
    store_.pop_front();
    front = second;
  }
  playing_ = true;
  due_ = front->position;
  decoded_until_ = front->position;
  concealed_ = 0;
  playout_.clear();
  taken_ = 0;
  settled_at_ = fastest_ = arrivals_.fastest();
  return {};
}

PlayoutStep JitterBuffer::take(const StoredPacket& packet, int skip,
                               std::span<uint8_t, PacketStore::kMaxPayload> memory) {
  PlayoutStep step;
  step.kind = skip < packet.samples ? PlayoutStep::Kind::kDecode : PlayoutStep::Kind::kPrime;
  step.packet = packet;
  std::copy(packet.payload.begin(), packet.payload.end(), memory.begin());
  step.packet.payload = ByteView(memory).first(packet.payload.size());
  step.skip = skip;
  step.follows_last = packet.position == decoded_until_;
  step.new_stream = new_stream_;
  new_stream_ = false;
  decoded_until_ = packet.end();
  due_ = std::max(due_, packet.end());
  concealed_ = 0;
  store_.pass(decoded_until_);
  return step;
}

/// What is missing right before `packet`, as far as that carries a copy of it.
std::optional<StoredPacket> JitterBuffer::copy_before(const StoredPacket& packet) const {
  const int64_t position = packet.position - packet.copy_samples;
  if (packet.copy_samples == 0 || position < decoded_until_) return std::nullopt;
  return StoredPacket{position, packet.copy_samples, packet.payload};
}

PlayoutStep JitterBuffer::conceal(int64_t samples) {
  due_ += samples;
  concealed_ += samples;
  if (concealed_ >= kStopped) playing_ = false;
  PlayoutStep step;
  step.kind = PlayoutStep::Kind::kConceal;
  step.samples = static_cast<int>(samples);
  return step;
}

/// How long a packet as fast as the fastest should wait, for the sake of those that are slower.
Duration JitterBuffer::own_target() const { return std::min(arrivals_.jitter() + kSlack, max_delay_); }

/// The same, and for the sake of pictures.
Duration JitterBuffer::target() const { return std::max(own_target(), std::min(least_delay_, max_delay_)); }

/// Which offset from their media time packets need to have when they are played.
Duration JitterBuffer::needed() const { return Duration(arrivals_.fastest()) + target(); }

/// By how much they are played later than that; nothing is in excess before it is known.
Duration JitterBuffer::excess() const {
  const std::optional<int64_t> playout = playout_.get();
  return playout && taken_ == kTakenBeforeCuts ? Duration(*playout) - needed() : Duration::zero();
}

/// How much sound waits in front of the newest packet.
Duration JitterBuffer::held() const { return Duration((store_.newest_position() - due_) * 125 / 6); }

/// How much of it is too much to be played, however fast. The cap holds before it is known what the path is like.
Duration JitterBuffer::cut_at_once() const {
  if (excess() >= kCutAtOnce) return excess();
  return held() > max_delay_ + kLongestPacket ? held() - target() : Duration::zero();
}

/// Whether they would still come in time if they were needed a tick earlier.
bool JitterBuffer::has_tick_to_spare() const { return excess() >= tick_.get() + kHysteresis; }

/// By how much they are played sooner than that.
Duration JitterBuffer::lacking() const {
  const std::optional<int64_t> playout = playout_.get();
  return playout ? std::max(needed() - Duration(*playout), Duration::zero()) : Duration::zero();
}

/// By how many samples play-out should go back when it takes up `packet`, which is late: as far as the delay is too
/// short, rounded up to whole ticks, and so that the packet is taken up on a tick.
int64_t JitterBuffer::worth_putting_off(const StoredPacket& packet) const {
  const int64_t late = due_ - packet.position;
  if (late <= 0 || lacking() == Duration::zero()) return 0;
  const int64_t wanted = std::min(late, (samples_in(lacking()) / kBlock + 1) * kBlock);
  return late - (late - wanted) / kBlock * kBlock;
}

void JitterBuffer::insert_samples(int64_t samples) {
  if (samples <= 0) return;
  due_ -= samples;
  move_playout(Duration(samples * 125 / 6));
  statistics_.inserted_samples += static_cast<uint64_t>(samples);
}

void JitterBuffer::skip_samples(int64_t samples) {
  if (samples <= 0) return;
  due_ += samples;
  move_playout(-Duration(samples * 125 / 6));
  statistics_.removed_samples += static_cast<uint64_t>(samples);
}

void JitterBuffer::on_removed(int samples, int ready) {
  statistics_.removed_samples += static_cast<uint64_t>(samples);
  if (samples > ready) move_playout(-kBlockTime);
}

void JitterBuffer::on_inserted(int samples, int ready) {
  statistics_.inserted_samples += static_cast<uint64_t>(samples);
  if (ready + samples >= kBlock) move_playout(kBlockTime);
}

void JitterBuffer::move_playout(Duration by) {
  playout_.shift(by.count());
  settled_at_ = fastest_ = arrivals_.fastest();
}

void JitterBuffer::note_fastest() {
  const int64_t change = arrivals_.fastest() - fastest_;
  if (std::abs(change) > kAnotherPath.count()) settled_at_ += change;
  fastest_ += change;
}

/// Whether delay is lacking for no other reason than that even the fastest packets take longer than they did: two
/// clocks that differ, most often. Jitter that grew is waited for only when it comes again.
bool JitterBuffer::is_outrun() const {
  const Duration lack = lacking();
  return lack >= kOutrun && Duration(arrivals_.fastest() - settled_at_) >= lack;
}

/// Packets whose time passed long ago are not even decoded, unless play-out is about to go back for them; nor are those
/// that overlap what was decoded already, which no sender makes and which could cost any amount of work.
void JitterBuffer::drop_passed() {
  const auto is_passed = [this](const StoredPacket& packet) {
    return packet.position < decoded_until_ || packet.end() <= due_ - worth_putting_off(packet) - kFarthestPrime;
  };
  for (std::optional<StoredPacket> front = store_.front(); front && is_passed(*front); front = store_.front()) {
    store_.pop_front();
  }
}

std::optional<PlayedSample> JitterBuffer::played() const {
  const std::optional<int64_t> offset = playout_.get();
  if (!playing_ || !offset) return std::nullopt;
  return PlayedSample{.rtp_timestamp = static_cast<uint32_t>(due_),
                      .when = Timestamp(Duration(*offset + due_ * 125 / 6)),
                      .delay = Duration(*offset - arrivals_.fastest()),
                      .own_delay = own_target()};
}

JitterBufferStatistics JitterBuffer::statistics() const {
  JitterBufferStatistics statistics = statistics_;
  statistics.target = target();
  if (playing_) {
    // Where the network has become slower, that is no delay of the buffer's.
    const Duration beyond_fastest(playout_.get().value_or(arrivals_.fastest()) - arrivals_.fastest());
    statistics.delay =
        std::clamp(held() + kLongestPacket, Duration::zero(), std::max(beyond_fastest, Duration::zero()));
  }
  return statistics;
}

}  // namespace sotto::media
