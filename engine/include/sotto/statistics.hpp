#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sotto/export.hpp>
#include <sotto/time.hpp>

namespace sotto {

/// When each step of the call happened on this side; empty if it has not.
struct CallTimeline {
  std::optional<Timestamp> dialed;            ///< Caller: call(); callee: the first handshake message came.
  std::optional<Timestamp> handshake_done;    ///< Keys agreed with the other device.
  std::optional<Timestamp> ringing;           ///< Callee: rings; caller: learned that it rings.
  std::optional<Timestamp> path_writable;     ///< ICE found a pair that carries packets both ways.
  std::optional<Timestamp> media_keys_ready;  ///< DTLS done and mixed with the handshake's secret.
  std::optional<Timestamp> accepted;          ///< Callee: the local tap; caller: learned of it.
  std::optional<Timestamp> first_audio;       ///< First packet of the other side's sound.
  std::optional<Timestamp> first_video;       ///< First picture handed to the application.
  std::optional<Timestamp> ended;
};

/// What protects the call. Names are those of the standards.
struct CallSecurity {
  std::string handshake;          ///< "Noise_IK_25519_AESGCM_SHA256"
  std::string dtls_version;       ///< "DTLSv1.2"
  std::string dtls_cipher;        ///< "ECDHE-ECDSA-AES256-GCM-SHA384"
  std::string srtp_profile;       ///< "SRTP_AEAD_AES_256_GCM"
  std::string local_fingerprint;  ///< sha-256 of the DTLS certificate, in hexadecimal with colons
  std::string peer_fingerprint;
  bool keys_mixed = false;      ///< SRTP keys depend on DTLS and on the handshake: breaking one alone opens nothing.
  bool peer_confirmed = false;  ///< The other side proved that it derived the same media keys.
  std::string peer_class;       ///< "sotto" or "browser": the latter cannot mix keys.
  bool peer_verified = false;   ///< The user has compared the contact's safety number.
  std::string safety_number;    ///< As Contacts::safety_number(); empty until the other side is known.
  /// Four symbols (0 to 63) that are the same on both sides if nobody is in between; sas_symbol_name() has their names.
  std::optional<std::array<uint8_t, 4>> sas_symbols;
};

/// The English name of a symbol, for two people to read to each other; empty above 63.
SOTTO_API std::string_view sas_symbol_name(uint8_t symbol);

struct PathStatistics {
  std::string local_candidate_type;  ///< "host", "srflx", "prflx" or "relay"
  std::string remote_candidate_type;
  std::optional<Duration> round_trip_time;
  uint64_t datagrams_sent = 0;
  uint64_t datagrams_received = 0;
  uint64_t bytes_sent = 0;          ///< UDP payload
  uint64_t bytes_received = 0;      ///< UDP payload
  uint64_t servers_unresolved = 0;  ///< STUN and TURN servers left out because nobody knew the address to their name.
  uint64_t refused = 0;             ///< Datagrams that failed authentication, or media while the gate was shut.
  /// What this side's estimator lets it send, everything together: sound, picture, repairs, probes. Zero where nothing
  /// is sent.
  int64_t send_target_bps = 0;
  uint64_t probe_bytes_sent = 0;  ///< Sent to learn what the path carries, of no other use.
  /// Of those that this side sent, by the other side's feedback; repairs included.
  uint64_t packets_reported_lost = 0;
  Duration pacer_queue{};              ///< How long what waits for its turn to leave will take.
  uint64_t pacer_packets_dropped = 0;  ///< Waited for too long, or were too many.
};

struct AudioStatistics {
  uint64_t packets_sent = 0;
  uint64_t packets_received = 0;
  uint64_t packets_lost = 0;       ///< Before any repair.
  uint64_t packets_recovered = 0;  ///< Lost, but a later packet brought a copy in time (RFC 2198).
  int copies_sent = 0;             ///< How many earlier packets each packet that is sent now repeats.
  uint64_t bytes_sent = 0;         ///< Opus and its copies, without headers.
  uint64_t bytes_received = 0;     ///< likewise
  uint64_t packets_late = 0;       ///< Came when their time to be played had passed.
  uint64_t total_samples = 0;      ///< Played so far, at 48 kHz.
  uint64_t concealed_samples = 0;  ///< Of these, made up for sound that did not come in time.
  uint64_t inserted_samples = 0;   ///< By which play-out was put off, to wait longer.
  uint64_t removed_samples = 0;    ///< By which it was hurried, to win delay back.
  Duration playout_delay{};        ///< What the jitter buffer holds now.
  Duration target_delay{};

  /// How loud what is sent and what is played have been in the last 125 ms, in dB below full scale (RFC 6464 3); -127
  /// is silence.
  double sent_level_dbfs = -127;
  double received_level_dbfs = -127;
  bool voice_active = false;  ///< Somebody speaks into the microphone. Needs AudioProcessing::voice_detection.
  /// With AudioProcessing::echo_cancellation, as far as it is known yet: when what is played comes back,
  std::optional<Duration> echo_delay;
  /// how much quieter the echo was made (ITU-T G.168) in the last seconds in which there was one,
  std::optional<double> echo_return_loss_enhancement_db;
  /// and how much faster the loudspeaker's sound card runs than the microphone's, in parts per million.
  std::optional<double> sound_card_drift_ppm;
};

struct VideoStatistics {
  uint64_t frames_captured = 0;
  uint64_t frames_encoded = 0;
  uint64_t frames_skipped = 0;  ///< Captured, but replaced by a newer one before the encoder was free.
  uint64_t key_frames_encoded = 0;
  uint64_t frames_received = 0;
  uint64_t frames_decoded = 0;
  uint64_t frames_shown = 0;  ///< Handed to the application.
  uint64_t frames_dropped = 0;
  uint64_t freezes = 0;    ///< Gaps between shown frames of more than three intervals, or an interval and 150 ms.
  Duration frozen_time{};  ///< How long they took together.
  uint64_t packets_sent = 0;
  uint64_t packets_received = 0;
  uint64_t packets_lost = 0;         ///< On the way here, whether or not they were repaired.
  uint64_t bytes_sent = 0;           ///< VP8 alone: without headers, without repairs.
  uint64_t bytes_received = 0;       ///< likewise
  uint64_t bytes_retransmitted = 0;  ///< VP8 that was sent again.
  uint64_t bytes_protecting = 0;     ///< Sent besides, to repair losses before anybody asks (RFC 5109).
  uint64_t packets_retransmitted = 0;
  uint64_t packets_recovered = 0;
  uint64_t nacks_sent = 0;
  uint64_t key_frame_requests_sent = 0;
  uint64_t key_frame_requests_received = 0;
  int sent_width = 0;
  int sent_height = 0;
  int received_width = 0;
  int received_height = 0;
  int64_t target_bitrate_bps = 0;
  int64_t useful_bitrate_bps = 0;  ///< More than this would not make pictures of their size look better.
  Duration encode_time_total{};
  Duration decode_time_total{};
};

/// A picture of one call at one moment. Counters only grow.
struct CallStatistics {
  CallTimeline timeline;
  CallSecurity security;
  PathStatistics path;
  AudioStatistics audio;
  VideoStatistics video;
  /// Authentic messages of the other side that the state of the call did not allow: ignored.
  uint64_t messages_ignored = 0;
};

}  // namespace sotto
