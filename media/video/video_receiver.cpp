#include "media/video/video_receiver.hpp"

#include <algorithm>
#include <utility>

namespace sotto::media {
namespace {

// Waiting pictures from which on the decoder is behind; a burst after a repaired loss stays below it at 30 pictures a
// second and 200 ms. Then pictures are decoded without being shown until no more than one waits.
constexpr size_t kBehind = 8;
constexpr size_t kCaughtUp = 1;

// No picture is held back for longer, whatever for.
constexpr Duration kLongestHeld = 500ms;

// Waiting pictures at the most: beyond it the decoder is hopelessly slow (or stopped), and all of them are dropped.
constexpr size_t kMaxQueue = 60;

}  // namespace

VideoReceiver::VideoReceiver(VideoReceiverOptions options, std::function<void(VideoFrame)> on_frame, Machine& machine)
    : machine_(machine),
      options_(std::move(options)),
      on_frame_(std::move(on_frame)),
      decoder_(options_.codec->make_decoder(options_.max_width, options_.max_height, options_.decoder_threads)) {
  used_.reserve(kMaxQueue);
  worker_ = machine_.start_worker("sotto-decode", [this](Timestamp now) { return work(now); });
}

VideoReceiver::~VideoReceiver() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  worker_.reset();
}

void VideoReceiver::on_payload(int64_t sequence, uint32_t rtp_timestamp, bool marker, ByteView payload,
                               Timestamp arrival) {
  absorb_decode_failure(arrival);
  const PayloadOutcome outcome = assembler_.on_payload(sequence, rtp_timestamp, marker, payload);
  count(outcome);
  switch (outcome) {
    case PayloadOutcome::kStored:
    case PayloadOutcome::kCompleted:
      if (!payload.empty()) requester_.on_payload(assembler_.last_kind(), arrival);
      if (outcome == PayloadOutcome::kCompleted) buffer_.insert(assembler_.take_frame());
      release_frames(arrival);
      break;
    case PayloadOutcome::kDuplicate:
    case PayloadOutcome::kLate:
    case PayloadOutcome::kMalformed:
      break;
  }
}

void VideoReceiver::on_packets_given_up(Timestamp now) {
  const std::optional<int64_t> next = buffer_.next_sequence();
  if (!next || assembler_.misses_any_since(*next)) requester_.on_reference_lost(now);
}

void VideoReceiver::excuse_gap() {
  const std::lock_guard lock(mutex_);
  gap_excused_ = true;
}

void VideoReceiver::set_round_trip_time(Duration round_trip_time) { requester_.set_round_trip_time(round_trip_time); }

bool VideoReceiver::take_key_frame_request(Timestamp now) {
  absorb_decode_failure(now);
  if (!requester_.take(now)) return false;
  const std::lock_guard lock(mutex_);
  ++statistics_.key_frame_requests;
  return true;
}

std::optional<Timestamp> VideoReceiver::next_deadline() const { return requester_.next_deadline(); }

VideoReceiverStatistics VideoReceiver::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

void VideoReceiver::on_deadline(Timestamp now) { absorb_decode_failure(now); }

void VideoReceiver::count(PayloadOutcome outcome) {
  const std::lock_guard lock(mutex_);
  ++statistics_.payloads_received;
  switch (outcome) {
    case PayloadOutcome::kStored:
      break;
    case PayloadOutcome::kCompleted:
      ++statistics_.frames_received;
      break;
    case PayloadOutcome::kDuplicate:
      ++statistics_.payloads_duplicate;
      break;
    case PayloadOutcome::kLate:
      ++statistics_.payloads_late;
      break;
    case PayloadOutcome::kMalformed:
      ++statistics_.payloads_malformed;
      break;
  }
}

void VideoReceiver::absorb_decode_failure(Timestamp now) {
  std::optional<int64_t> failed;
  {
    const std::lock_guard lock(mutex_);
    failed = std::exchange(failed_frame_, std::nullopt);
  }
  if (!failed) return;
  buffer_.on_decode_failed(*failed);
  if (buffer_.waits_for_key_frame()) requester_.on_reference_lost(now);
}

void VideoReceiver::release_frames(Timestamp now) {
  while (std::optional<AssembledFrame> frame = buffer_.take_decodable(assembler_)) {
    assembler_.forget_before(*buffer_.next_sequence());
    requester_.on_progress(now, buffer_.blocked() || assembler_.holds_payloads());
    const int64_t first_sequence = frame->first_sequence;
    if (frame->key_frame) useless_before_ = first_sequence;
    const Timestamp wanted = options_.show_at ? options_.show_at(frame->rtp_timestamp, now) : now;
    last_release_ = std::max(last_release_, std::clamp(wanted, now, now + kLongestHeld));
    if (!enqueue(std::move(*frame), last_release_)) {
      buffer_.on_decode_failed(first_sequence);
      requester_.on_reference_lost(now);
    }
  }
  if (buffer_.misses_what_was_never_sent(assembler_)) requester_.on_reference_lost(now);
  uint64_t dropped = 0;
  for (; std::optional<AssembledFrame> frame = buffer_.take_dropped(); ++dropped) {
    assembler_.recycle(std::move(frame->data));
  }
  if (dropped == 0) return;
  const std::lock_guard lock(mutex_);
  statistics_.frames_dropped += dropped;
}

bool VideoReceiver::enqueue(AssembledFrame frame, Timestamp release) {
  bool accepted = true;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxQueue) {
      statistics_.frames_dropped += queue_.size();
      queue_.clear();
      accepted = frame.key_frame;
    }
    if (accepted) {
      if (frame.key_frame) ++statistics_.key_frames_received;
      queue_.push({std::move(frame), release});
    } else {
      ++statistics_.frames_dropped;
      assembler_.recycle(std::move(frame.data));
    }
    for (Bytes& data : used_) assembler_.recycle(std::move(data));
    used_.clear();
  }
  worker_->wake();
  return accepted;
}

/// Decodes one picture, if it is time for one.
std::optional<Timestamp> VideoReceiver::work(Timestamp now) {
  if (std::optional<QueuedFrame> next = take_queued(now)) decode(std::move(*next), !behind_);
  const std::lock_guard lock(mutex_);
  return queue_.empty() || stopping_ ? std::nullopt : std::optional(due_at(queue_.front(), now));
}

/// When it is time for a picture that waits; where nobody says otherwise, at once.
Timestamp VideoReceiver::due_at(const QueuedFrame& frame, Timestamp now) const {
  return options_.show_at ? frame.release : now;
}

std::optional<VideoReceiver::QueuedFrame> VideoReceiver::take_queued(Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || queue_.empty() || due_at(queue_.front(), now) > now) return std::nullopt;
  QueuedFrame next = queue_.pop();
  size_t due = 0;
  for (size_t i = 0; i < queue_.size(); ++i) due += due_at(queue_.at(i), now) <= now ? 1 : 0;
  behind_ = due >= kBehind || (behind_ && due > kCaughtUp);
  excused_ = std::exchange(gap_excused_, false);
  return next;
}

void VideoReceiver::decode(QueuedFrame queued, bool show) {
  const Timestamp start = machine_.now();
  const Result<std::shared_ptr<const VideoBuffer>> picture = decoder_->decode(queued.frame.data, show);
  const Duration taken = machine_.now() - start;
  const bool shown = picture.ok() && *picture;
  if (excused_) freezes_.excuse();
  if (shown) {
    freezes_.on_shown(queued.release);
    on_frame_(VideoFrame{*picture, queued.release});
  }
  {
    const std::lock_guard lock(mutex_);
    statistics_.decode_time_total += taken;
    statistics_.decode_time_last = taken;
    statistics_.freezes = freezes_.freezes();
    statistics_.frozen_time = freezes_.frozen_time();
    if (shown) {
      ++statistics_.frames_shown;
      statistics_.width = (*picture)->width();
      statistics_.height = (*picture)->height();
    }
    if (picture.ok()) {
      ++statistics_.frames_decoded;
      if (!shown) ++statistics_.frames_skipped;
    } else {
      ++statistics_.frames_failed;
      failed_frame_ = queued.frame.first_sequence;
    }
    if (used_.size() < kMaxQueue) used_.push_back(std::move(queued.frame.data));
  }
  if (!picture.ok() && options_.on_wake) options_.on_wake();
}

}  // namespace sotto::media
