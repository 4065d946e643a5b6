#pragma once

#include <memory>
#include <optional>

#include "base/random.hpp"
#include "transport/peer_transport_types.hpp"
#include "transport/srtp/srtp_session.hpp"

namespace sotto::transport {

/// Payloads to datagrams and back: RTP, RTCP, SRTP, retransmission, feedback and pacing of one call on one path.
///
/// Sans-IO, one owner thread. Made only after both people agreed to the call, so it may send from its first moment.
/// After every call that takes a time, drain poll_datagram() and poll_event(), then ask next_deadline() again.
class PeerTransport {
 public:
  /// `wall_now` is the same moment as `now`: it is read once, for the NTP times in sender reports, which then go on
  /// with the monotonic clock.
  PeerTransport(PeerTransportOptions options, SrtpSession srtp, RandomSource& random, std::shared_ptr<PacketPool> pool,
                Timestamp now, WallTime wall_now);
  PeerTransport(PeerTransport&&) noexcept;
  PeerTransport& operator=(PeerTransport&&) noexcept;
  ~PeerTransport();

  /// The most bytes that one payload may have, so that RTP header, extensions, the RTX number and the SRTP tag fit into
  /// kMaxDatagramSize with it.
  static constexpr size_t max_payload_size() { return kMaxPayloadSize; }

  /// Sends one payload of at most max_payload_size() bytes; `payload` has its headroom free. Audio leaves at once,
  /// video as the pacer allows. `captured` is the moment that `rtp_timestamp` stands for, if the caller knows it better
  /// than "now": sender reports, and so the peer's lip sync, are built on it. Ignored if no stream of that kind was
  /// agreed on, and so is a redundant payload where redundancy was not.
  void send(MediaKind kind, PacketHandle payload, uint32_t rtp_timestamp, bool marker, Timestamp now,
            std::optional<Timestamp> captured = std::nullopt, PayloadForm form = PayloadForm::kPlain);
  /// No more video is handed in for a while: nothing is sent to learn what the path carries. The next video that is
  /// sent ends that.
  void pause_video();
  /// Asks the peer for a key frame (PLI, RFC 4585 6.3.1), at once. The caller limits the rate. Without effect as long
  /// as the source of the peer's video is neither signalled nor seen.
  void request_key_frame(Timestamp now);
  /// What is missing of the stream of that kind before the (unwrapped) sequence number is of no use: it is not asked
  /// for any more.
  void forget_missing(MediaKind kind, int64_t before);
  /// Tells the peer that this side leaves. It can be lost: signalling says the same. Nothing but RTCP is sent
  /// afterwards.
  void send_bye(Timestamp now);

  /// Takes one SRTP or SRTCP datagram. What does not authenticate only counts.
  void on_datagram(ByteView datagram, Timestamp now);

  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);

  /// The next datagram to send, null if there is none.
  PacketHandle poll_datagram();
  std::optional<TransportEvent> poll_event();

  /// Smoothed, from receiver reports; before the first, what the options said.
  std::optional<Duration> round_trip_time() const;
  /// When the last authentic datagram came.
  std::optional<Timestamp> last_authenticated() const;
  /// The newest sender report of the stream of that kind.
  std::optional<SenderReportMapping> sender_report(MediaKind kind) const;
  PeerTransportStatistics statistics() const;

 private:
  /// Sums are larger than retransmissions: RTP header 12, extension header 4, mid 1 + 16 and transport sequence 1 + 2
  /// padded to 20, RED type 1, ULPFEC headers 18 and the header extensions that they protect, 24, GCM tag 16.
  static constexpr size_t kMaxPayloadSize = kMaxDatagramSize - 12 - 4 - 20 - 1 - 18 - 24 - 16;

  class State;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::transport
