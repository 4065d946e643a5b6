#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <sotto/statistics.hpp>
#include <sotto/video_frame.hpp>

#include "base/machine.hpp"
#include "base/packet_buffer.hpp"
#include "base/random.hpp"
#include "engine/call_sound.hpp"
#include "engine/capture.hpp"
#include "engine/consent.hpp"
#include "engine/network_thread.hpp"
#include "engine/outgoing_queue.hpp"
#include "media/audio/audio_receiver.hpp"
#include "media/audio/audio_sender.hpp"
#include "media/video/video_receiver.hpp"
#include "media/video/video_sender.hpp"
#include "transport/path.hpp"
#include "transport/peer_transport.hpp"

namespace sotto::engine {

struct MediaSessionOptions {
  transport::PeerTransportOptions transport;
  bool send_audio = false;
  bool send_video = false;
  bool receive_audio = false;
  bool receive_video = false;
  /// Of the microphone's sound.
  AudioProcessing processing = AudioProcessing::none();
  /// Called on the decode thread with each picture.
  std::function<void(const VideoFrame&)> on_frame;
  /// See InternalOptions.
  const media::AudioCodec* audio_codec = &media::opus();
  const media::VideoCodec* video_codec = &media::vp8();
  std::function<void(transport::MediaKind, ByteView)> payload_probe;
};

/// The one place where media and transport meet: moves payloads, targets and requests between senders, receivers and
/// the PeerTransport. Exists only behind an open MediaGate. All methods on the network thread, until close().
class MediaSession {
 public:
  /// Connects `capture` and starts to send at once. `wake` is notified when send_pending() or on_deadline() has work
  /// that no datagram and no deadline brought. `capture`, `path` and `wake` stay until close(), `machine` longer.
  MediaSession(MediaGate gate, MediaSessionOptions options, transport::SrtpSession srtp, Capture& capture,
               transport::Path& path, std::shared_ptr<WakeSignal> wake, RandomSource& random,
               std::shared_ptr<PacketPool> pool, Machine& machine, Timestamp now, WallTime wall_now);
  /// After close(). Joins the media threads, so not on the network thread: an application's callback that runs on one
  /// of them may be waiting for it.
  ~MediaSession();
  MediaSession(const MediaSession&) = delete;
  MediaSession& operator=(const MediaSession&) = delete;

  /// Takes an SRTP or SRTCP datagram.
  void on_datagram(ByteView datagram, Timestamp now);
  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);
  /// Sends what the encoders have made.
  void send_pending(Timestamp now);
  /// Tells the peer in band that this side leaves.
  void send_bye(Timestamp now);
  /// Ends the network's side: the capture is disconnected, keys are wiped, nothing is sent or received any more.
  void close();

  /// Whether the peer has left in band (RTCP BYE).
  bool peer_left() const { return peer_left_; }
  std::optional<Timestamp> last_authenticated() const { return transport_->last_authenticated(); }
  std::optional<Timestamp> first_audio() const { return first_audio_; }
  /// For the playing thread.
  std::shared_ptr<CallSound> sound() const { return sound_; }
  void add_to(CallStatistics& statistics) const;

 private:
  void connect_capture();
  void push_video(VideoFrame frame);
  bool enqueue(OutgoingPayload payload);
  void on_encoded(media::EncodedVideoFrame frame);
  void update_video_target();
  void flush(Timestamp now);
  void handle(transport::TransportEvent& event, Timestamp now);
  void on_payload(transport::PayloadReceived& received);
  void send_key_frame_request(Timestamp now);

  const MediaGate gate_;
  const MediaSessionOptions options_;
  Capture& capture_;
  transport::Path& path_;
  const std::shared_ptr<WakeSignal> wake_;
  const std::shared_ptr<PacketPool> pool_;
  std::optional<transport::PeerTransport> transport_;

  OutgoingQueue outgoing_;
  std::vector<OutgoingPayload> taken_;
  std::vector<PacketHandle> batch_;
  std::vector<ByteView> views_;

  bool peer_left_ = false;
  std::optional<Timestamp> first_audio_;

  std::unique_ptr<media::AudioSender> audio_sender_;      // capture thread
  std::shared_ptr<media::AudioReceiver> audio_receiver_;  // null if no sound is received
  std::shared_ptr<CallSound> sound_;

  std::atomic<int64_t> target_bps_ = 0;  // what the network allows
  std::atomic<int64_t> useful_bps_ = 0;  // what pictures of this size are worth
  int captured_width_ = 0;               // capture thread
  int captured_height_ = 0;
  std::unique_ptr<media::VideoSender> video_sender_;
  std::unique_ptr<media::VideoReceiver> video_receiver_;
};

}  // namespace sotto::engine
