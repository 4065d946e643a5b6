#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/packet_buffer.hpp"
#include "base/sequence_number.hpp"
#include "base/units.hpp"
#include "transport/rtp/ntp_time.hpp"

namespace sotto::transport {

enum class MediaKind { kAudio, kVideo };

/// One RTP stream as the session description has it. Nothing in here is a constant of sotto: the peer may choose.
struct StreamConfig {
  MediaKind kind = MediaKind::kAudio;
  std::string mid;  ///< RFC 9143; at most 16 characters
  uint8_t payload_type = 0;
  /// RFC 2198. Of sound: without it no packet carries copies of others. Of video: with `ulpfec_payload_type` alone, and
  /// then all packets have this type.
  std::optional<uint8_t> red_payload_type{};
  std::optional<uint8_t> ulpfec_payload_type{};  ///< RFC 5109, of video, inside of RED
  std::optional<uint8_t> rtx_payload_type;       ///< RFC 4588; without it lost packets are neither asked for nor resent
  uint32_t clock_rate = 0;                       ///< of the RTP timestamps, in Hz
  /// In a stream to receive, zero says that it was not signalled: the first packet with the right mid and payload type
  /// decides (RFC 9143 9.2).
  Ssrc ssrc{};
  std::optional<Ssrc> rtx_ssrc;  ///< In a stream to receive, absent says the same.
};

/// What both sides agreed on, seen from this one. At most one stream of a kind in each direction. Whoever takes it from
/// a peer has checked it: lengths, ranges and clock rates are asserted here.
struct PeerTransportOptions {
  std::vector<StreamConfig> send;
  std::vector<StreamConfig> receive;
  /// Ids of RTP header extensions (RFC 8285), 1 to 14; zero: not agreed on.
  uint8_t send_mid_extension_id = 0;
  uint8_t send_transport_sequence_extension_id = 0;
  uint8_t receive_mid_extension_id = 0;
  uint8_t receive_transport_sequence_extension_id = 0;
  std::string cname;        ///< Random per call (RFC 7022), at most 255 bytes; the only SDES item that is ever sent.
  DataRate video_target{};  ///< what video may send at the most; zero where there is none
  DataRate audio_bitrate = DataRate::kbps(32);  ///< of the sound's codec, in packets of 20 ms
  /// Video always gets all of it, whatever the path may carry: for paths whose capacity is known. It is the same where
  /// transport-wide feedback was not agreed on, so that nothing can be estimated.
  bool fixed_rate = false;
  std::optional<Duration> initial_round_trip_time;  ///< As ICE or DTLS saw it; until RTCP measures its own.
};

/// What a payload is made of.
enum class PayloadForm : uint8_t {
  kPlain,      ///< The codec's own.
  kRedundant,  ///< With copies of earlier ones in it (RFC 2198).
  kKeyFrame,  ///< Part of a picture that needs no other: nothing sent before it is of use any more. Of sent ones alone.
};

/// A payload came, or came back by retransmission. Each is delivered once.
struct PayloadReceived {
  MediaKind kind = MediaKind::kAudio;
  PayloadForm form = PayloadForm::kPlain;
  PacketHandle payload{};  ///< The payload alone: no RTP header, no padding. Empty: it fills its place in the order.
  int64_t sequence = 0;    ///< Unwrapped, per stream; a recovered one has the number of the packet that was lost.
  uint32_t rtp_timestamp = 0;
  bool marker = false;
  Timestamp arrival{};
  bool recovered = false;  ///< It came as a retransmission, or from sums of packets.
};

/// The peer cannot go on without a key frame; or the pacer had to drop video, so that it soon cannot.
struct KeyFrameRequested {};
/// The peer left in band.
struct ByeReceived {};
/// What the video stream may send from now on; zero: no picture should be made. The first comes before anything else.
struct TargetRateChanged {
  DataRate target{};
};
/// How many earlier packets each packet of sound should carry copies of from now on. The first comes before anything
/// else, if redundancy was agreed on.
struct AudioCopiesChanged {
  int copies = 0;
};
/// Packets that will not come any more: whoever needs them should ask for a key frame.
struct PacketsGivenUp {
  MediaKind kind = MediaKind::kVideo;
};

using TransportEvent = std::variant<PayloadReceived, KeyFrameRequested, ByeReceived, TargetRateChanged,
                                    AudioCopiesChanged, PacketsGivenUp>;

/// Two names of one moment at the sender, from its newest sender report (RFC 3550 6.4.1): what lip sync stands on.
struct SenderReportMapping {
  uint32_t rtp_timestamp = 0;
  NtpTime ntp{};        ///< The sender's clock; comparable between its streams only.
  Timestamp arrival{};  ///< When the report came, in ours.
  uint32_t clock_rate = 0;
};

struct SendStreamStatistics {
  MediaKind kind = MediaKind::kAudio;
  Ssrc ssrc{};
  uint64_t packets = 0;  ///< without retransmissions
  uint64_t payload_bytes = 0;
  uint64_t protection_packets = 0;  ///< of these: sums of others (RFC 5109)
  uint64_t protection_bytes = 0;    ///< of payload_bytes, likewise
  uint64_t retransmitted_packets = 0;
  uint64_t retransmitted_bytes = 0;      ///< of payload
  uint64_t retransmissions_refused = 0;  ///< asked for, but forgotten, asked too soon again, or above the budget
  uint64_t nacks_received = 0;           ///< messages
  uint64_t packets_asked = 0;            ///< sequence numbers in them, echoes included
  uint64_t key_frame_requests = 0;       ///< PLI and FIR received
  int64_t reported_lost = 0;             ///< cumulative, by the newest receiver report
  double reported_fraction_lost = 0;     ///< 0 to 1, by the newest receiver report
  Duration reported_jitter{};
};

struct ReceiveStreamStatistics {
  MediaKind kind = MediaKind::kAudio;
  Ssrc ssrc{};           ///< zero until known
  uint64_t packets = 0;  ///< without retransmissions
  uint64_t payload_bytes = 0;
  uint64_t protection_packets = 0;  ///< of these, retransmitted ones included: sums of others (RFC 5109)
  uint64_t recovered_packets = 0;   ///< lost, and delivered all the same: by retransmission or from sums
  uint64_t unsummed_packets = 0;    ///< of these: from sums
  uint64_t duplicate_packets = 0;   ///< came a second time, by any way, or far too late
  int64_t lost = 0;                 ///< RFC 3550 A.3: before repair
  Duration jitter{};                ///< RFC 3550 A.8
  uint64_t nacks_sent = 0;          ///< messages
  uint64_t packets_asked = 0;       ///< sequence numbers in them, repetitions included, echoes not
  uint64_t packets_given_up = 0;
  uint64_t key_frame_requests = 0;  ///< PLI sent
};

struct PeerTransportStatistics {
  std::vector<SendStreamStatistics> send;
  std::vector<ReceiveStreamStatistics> receive;
  uint64_t datagrams_sent = 0;
  uint64_t datagram_bytes_sent = 0;  ///< UDP payload: headers, tags and RTCP included
  uint64_t datagrams_received = 0;   ///< authenticated ones
  uint64_t datagram_bytes_received = 0;
  uint64_t failed_authentications = 0;
  uint64_t failed_protections = 0;  ///< refused by SRTP: its limits are reached
  uint64_t malformed_packets = 0;   ///< authentic, but unreadable
  uint64_t unknown_packets = 0;     ///< authentic, but of no stream that was agreed on
  uint64_t feedback_sent = 0;       ///< transport-wide
  uint64_t feedback_received = 0;
  uint64_t packets_reported_lost = 0;  ///< by transport-wide feedback, retransmissions included
  uint64_t probes_sent = 0;            ///< runs of packets, to learn what the path carries
  uint64_t padding_bytes_sent = 0;     ///< datagrams of probes that carry no media
  DataSize pacer_queue{};
  Duration pacer_queue_time{};  ///< how long the queue lasts at the pacing rate
  uint64_t pacer_dropped_packets = 0;
  DataRate target{};        ///< for everything
  DataRate video_target{};  ///< of that, for the payloads of new video
  int audio_copies = 0;     ///< as AudioCopiesChanged last said
  std::optional<Duration> round_trip_time;
};

}  // namespace sotto::transport
