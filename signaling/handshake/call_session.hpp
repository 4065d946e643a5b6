#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "signaling/handshake/blob_header.hpp"
#include "signaling/handshake/call_message.hpp"
#include "signaling/handshake/call_payload.hpp"
#include "signaling/handshake/data_exchange.hpp"
#include "signaling/handshake/init_replay_guard.hpp"
#include "signaling/handshake/noise_handshake.hpp"
#include "signaling/handshake/session_secrets.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/device_identity.hpp"

namespace sotto::signaling {

/// What the handshake gives to the media keys (HANDSHAKE 3 and 4.2). Taken once, never stored.
struct MediaSecrets {
  Secret<32> media;         ///< S: mixed into the SRTP keys.
  Secret<32> confirmation;  ///< K_conf: proves the mixed keys in MediaReady.
  std::array<uint8_t, 32> handshake_hash{};
  uint16_t suite = 0;
};

/// One attempt of one device to call one other, sealed end to end (HANDSHAKE 2). Sans-IO: blobs in, blobs out.
///
///     caller                                        callee
///     dial(), init()      -- INIT -->               answer(): who claims to call, and what kind of call
///     on_response()       <- RESP --                respond()
///     seal(Offer)         -- DATA 0 -->             open(): proven() from here on; now it may ring
///
/// What is refused changes nothing: the genuine blob still works afterwards. A session is never used for a second
/// attempt; a retry is a new session. Move-only, one thread.
class CallSession {
 public:
  /// Caller: begins a call. The contact is proven anew from its bundle: kExpired if it is out of date, or our own agree
  /// key is; kRefused if there is no common suite. `name_hint` is shown to whoever does not know us.
  static Result<CallSession> dial(const DeviceIdentity& self, const Contact& peer, const CallId& call_id, CallKind kind,
                                  WallTime now, RandomSource& random, std::string_view name_hint = {});
  /// Caller: the INIT blob, 1148 bytes.
  const Bytes& init() const { return init_; }
  /// Caller: reads the callee's RESP. After success the session is open both ways.
  Result<void> on_response(ByteView blob);

  /// Callee: reads an INIT. The caller's identity is verified, but only *claimed*: a replay or a thief of our own key
  /// could have sent it. Nothing may ring, and no address may leave this device, before proven().
  static Result<CallSession> answer(const DeviceIdentity& self, ByteView init, InitReplayGuard& guard, WallTime now);
  /// Callee: compares the caller with what is known of that account, before respond(). kRefused if the root key or
  /// the device list went back. The list that comes with the offer is then held against the known one.
  Result<void> recognise(const Contact& known);
  /// Callee: makes the RESP blob, 1092 bytes, and opens the session both ways. Once.
  Result<Bytes> respond(ResponseStatus status, WallTime now, RandomSource& random);

  bool is_caller() const { return is_caller_; }
  const Contact& peer() const { return peer_; }
  const CallId& call_id() const { return call_id_; }
  CallKind kind() const { return kind_; }
  const SessionId& session_id() const { return session_id_; }
  /// Callee: what the caller calls itself, at most 64 bytes of UTF-8. Unverified: show it only for strangers, marked.
  const std::string& name_hint() const { return name_hint_; }
  /// Caller: what the callee's device said to the call, once on_response() succeeded.
  std::optional<ResponseStatus> response_status() const { return response_status_; }
  /// Whether both directions are open: after on_response() or respond().
  bool established() const { return exchange_.has_value(); }
  /// Callee: whether a DATA blob has proven that the caller is live and who it claims to be. Caller: established().
  bool proven() const { return established() && !rejected_ && (is_caller_ || exchange_->heard()); }

  /// A DATA blob of 1068 bytes, or 4140 if the message is long. kRefused before the session is open or after 2^20
  /// messages, kUnavailable while 64 are not acknowledged. An Ack that would say nothing new, or that there is no room
  /// for, gives the last blob again.
  Result<Bytes> seal(const CallMessage& message);

  /// Opens a DATA blob and returns the messages that are now next in order: none for a duplicate or one that came
  /// early. Acks are left out, and so is what this side never takes from the other: nonsense, or an Accept sent to a
  /// callee. An error changes nothing, but for an offer that does not keep its commitment or comes from a device that
  /// is no longer in its account's list (kRefused): then nothing more is heard from this peer.
  Result<std::vector<CallMessage>> open(ByteView blob);

  /// The blobs that the peer has not acknowledged, oldest first, as they were sent: what is lost is sent again as the
  /// stored ciphertext. Send all of them again 2 s after the last progress, or on reconnecting, if resend_due().
  const std::deque<SentBlob>& unacknowledged() const;
  /// Whether unacknowledged() holds more than an acknowledgement.
  bool resend_due() const;
  /// Whether something has arrived that no blob has acknowledged yet: seal any message, or an Ack after a while.
  bool ack_due() const;

  /// The secrets for the media keys: once, after established(). nullopt the second time.
  std::optional<MediaSecrets> take_media_secrets();
  /// h, known to both and to nobody else's advantage: the channel binding. After established().
  const std::array<uint8_t, 32>& handshake_hash() const { return handshake_hash_; }
  /// The four symbols (0 to 63) that both users compare, once both nonces are known (HANDSHAKE 5).
  std::optional<std::array<uint8_t, 4>> sas_symbols() const { return sas_symbols_; }

  /// Whether the peer has seen a newer device list of our own account than we have: our directory is being frozen, or
  /// we are out of date (HANDSHAKE 2.3).
  bool own_list_outdated() const { return own_list_outdated_; }

  /// DATA blobs of this session refused so far: a wrong tag, or too far ahead. For statistics; it ends nothing.
  uint64_t refused_blobs() const { return exchange_ ? exchange_->refused_blobs() : 0; }
  /// Authentic messages left out so far: malformed, of the wrong direction, or an offer after the first.
  uint64_t ignored_messages() const {
    return misdirected_messages_ + (exchange_ ? exchange_->malformed_messages() : 0);
  }

 private:
  CallSession(bool is_caller, const DeviceIdentity& self, NoiseHandshake noise, WallTime now);
  Result<Contact> verify_callee(const ResponsePayload& payload) const;
  Result<void> verify_offer(const Offer& offer, const std::optional<SignedRecord>& list);
  void establish();
  void show_symbols();

  bool is_caller_;
  WallTime began_;  ///< What dates are held against; a handshake is over within a minute.

  Contact peer_;
  CallId call_id_;
  CallKind kind_ = CallKind::kAudio;
  SessionId session_id_;
  std::string name_hint_;
  Bytes init_;
  std::optional<ResponseStatus> response_status_;

  IdentityBundle own_credentials_;
  SignedRecord own_list_;
  uint64_t own_list_version_ = 0;
  bool own_list_outdated_ = false;
  uint64_t known_list_version_ = 0;  ///< Callee: of our list, as the caller knows it.

  std::optional<NoiseHandshake> noise_;   ///< Until the session is established.
  std::optional<DataExchange> exchange_;  ///< From then on.
  std::optional<MediaSecrets> media_secrets_;
  std::array<uint8_t, 32> handshake_hash_{};
  bool offer_seen_ = false;
  bool rejected_ = false;  ///< Callee: the offer broke its word; nothing more is heard.

  Secret<32> sas_secret_;
  SasCommitment sas_commitment_{};  ///< Callee: what the caller's nonce has to match.
  std::optional<SasNonce> callers_nonce_;
  std::optional<SasNonce> callees_nonce_;
  std::optional<std::array<uint8_t, 4>> sas_symbols_;

  uint64_t misdirected_messages_ = 0;
};

}  // namespace sotto::signaling
