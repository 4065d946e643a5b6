#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <sotto/video_frame.hpp>

#include "base/bytes.hpp"
#include "base/machine.hpp"
#include "base/ring_queue.hpp"
#include "media/video/frame_assembler.hpp"
#include "media/video/frame_buffer.hpp"
#include "media/video/freeze_counter.hpp"
#include "media/video/key_frame_requester.hpp"
#include "media/video/video_codec.hpp"

namespace sotto::media {

struct VideoReceiverOptions {
  int max_width = 1920;   ///< pixels; larger pictures are refused before they are decoded
  int max_height = 1920;  ///< pixels
  int decoder_threads = 1;
  const VideoCodec* codec = &vp8();
  /// Called on the decode thread when take_key_frame_request has something to say that no packet brought. May be empty.
  std::function<void()> on_wake = {};
  /// Asked on the network thread, for each picture that could be decoded from `now` on: when it is to be shown. May be
  /// empty: at once.
  std::function<Timestamp(uint32_t rtp_timestamp, Timestamp now)> show_at = {};
};

/// What a VideoReceiver has done since it was made.
struct VideoReceiverStatistics {
  uint64_t payloads_received = 0;
  uint64_t payloads_malformed = 0;
  uint64_t payloads_duplicate = 0;
  uint64_t payloads_late = 0;    ///< of a picture already decoded or given up
  uint64_t frames_received = 0;  ///< complete
  uint64_t frames_decoded = 0;   ///< shown or not
  uint64_t frames_shown = 0;     ///< handed to the application
  uint64_t frames_skipped = 0;   ///< decoded but not shown: newer ones waited, or all picture memory is in use
  uint64_t frames_dropped = 0;   ///< complete but never decoded: what they refer to was lost, or a key frame came
  uint64_t frames_failed = 0;    ///< refused by the decoder
  uint64_t key_frames_received = 0;
  uint64_t key_frame_requests = 0;
  uint64_t freezes = 0;          ///< gaps between shown frames above max(3 intervals, interval + 150 ms)
  Duration frozen_time{};        ///< sum of those gaps
  Duration decode_time_total{};  ///< wall time inside the decoder
  Duration decode_time_last{};
  int width = 0;  ///< of the last frame shown
  int height = 0;
};

/// Turns payloads back into pictures. The network thread assembles and orders; a thread of its own decodes and hands
/// each picture to the application, at once unless it is to be shown later.
class VideoReceiver {
 public:
  /// `on_frame` is called on the decode thread, without a lock held; it must not destroy the receiver. `machine` has
  /// that thread, and stays.
  VideoReceiver(VideoReceiverOptions options, std::function<void(VideoFrame)> on_frame,
                Machine& machine = this_machine());
  /// Waits for the picture in work. No callback comes after it returns.
  ~VideoReceiver();
  VideoReceiver(const VideoReceiver&) = delete;
  VideoReceiver& operator=(const VideoReceiver&) = delete;

  // Network thread:

  /// A payload as it came, in any order. `sequence` is unwrapped. An empty payload (padding) only fills its place.
  void on_payload(int64_t sequence, uint32_t rtp_timestamp, bool marker, ByteView payload, Timestamp arrival);
  /// The transport no longer asks for what is missing: only a key frame helps.
  void on_packets_given_up(Timestamp now);
  /// The sequence number before which nothing is of use any more, since a key frame went to the decoder; once each.
  std::optional<int64_t> take_useless_before() { return std::exchange(useless_before_, std::nullopt); }
  /// How long a repair may take, for deciding when a key frame is the better way; 100 ms until told.
  void set_round_trip_time(Duration round_trip_time);
  /// The peer has shut its camera, or opened it again: the gap before the next picture is no freeze.
  void excuse_gap();
  /// True: send a picture loss indication now. Rate limited inside; says each request once.
  bool take_key_frame_request(Timestamp now);
  /// When on_deadline has work next.
  std::optional<Timestamp> next_deadline() const;
  /// Call at next_deadline(), and then take_key_frame_request.
  void on_deadline(Timestamp now);

  /// Any thread.
  VideoReceiverStatistics statistics() const;

 private:
  struct QueuedFrame {
    AssembledFrame frame;
    Timestamp release{};
  };

  void count(PayloadOutcome outcome);
  void absorb_decode_failure(Timestamp now);
  void release_frames(Timestamp now);
  bool enqueue(AssembledFrame frame, Timestamp release);
  std::optional<Timestamp> work(Timestamp now);
  std::optional<QueuedFrame> take_queued(Timestamp now);
  Timestamp due_at(const QueuedFrame& frame, Timestamp now) const;
  void decode(QueuedFrame queued, bool show);

  Machine& machine_;
  const VideoReceiverOptions options_;
  const std::function<void(VideoFrame)> on_frame_;

  // Network thread.
  FrameAssembler assembler_;
  FrameBuffer buffer_;
  KeyFrameRequester requester_;
  Timestamp last_release_{};
  std::optional<int64_t> useless_before_;

  // Decode thread.
  std::unique_ptr<VideoDecoder> decoder_;
  FreezeCounter freezes_;
  bool behind_ = false;
  bool excused_ = false;  // the gap before this picture

  mutable std::mutex mutex_;
  RingQueue<QueuedFrame> queue_;
  std::vector<Bytes> used_;              // buffers on their way back to the assembler
  std::optional<int64_t> failed_frame_;  // first sequence number of the last frame that did not decode
  bool stopping_ = false;
  bool gap_excused_ = false;
  VideoReceiverStatistics statistics_;

  std::unique_ptr<Worker> worker_;
};

}  // namespace sotto::media
