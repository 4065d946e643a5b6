#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <sotto/engine.hpp>

#include "base/machine.hpp"
#include "base/random.hpp"
#include "engine/calendar.hpp"
#include "engine/call_messenger.hpp"
#include "engine/call_path.hpp"
#include "engine/call_record.hpp"
#include "engine/call_rules.hpp"
#include "engine/capture.hpp"
#include "engine/closing_work.hpp"
#include "engine/consent.hpp"
#include "engine/crossed_calls.hpp"
#include "engine/engine_factory.hpp"
#include "engine/event_thread.hpp"
#include "engine/media_negotiation.hpp"
#include "engine/media_session.hpp"
#include "engine/network_thread.hpp"
#include "engine/prepared_encoder.hpp"
#include "engine/redial_schedule.hpp"
#include "signaling/handshake/call_session.hpp"

namespace sotto::engine {

/// What all calls of an engine share. Outlives them.
struct CallEnvironment {
  Machine& machine;
  NetworkThread& network;
  EventThread& events;
  RandomSource& random;
  std::shared_ptr<PacketPool> pool;
  std::shared_ptr<ClosingWork> closing;
  const EngineOptions& options;
  const InternalOptions& internal;
  const Calendar& calendar;
  std::shared_ptr<const signaling::DeviceIdentity> identity;
  std::shared_ptr<const transport::DtlsCertificate> certificate;  ///< of this call alone
  /// Puts an envelope on the signalling channel.
  CallMessenger::SendEnvelope send;
  /// The handshake has proven who is at the other end, and what its account looks like now.
  std::function<void(const signaling::SessionId&, const signaling::Contact& peer)> on_proven;
  /// The controller that had this session has another one now.
  std::function<void(const signaling::SessionId& old)> on_session_replaced;
  /// A controller is through with its call and can be destroyed, later.
  std::function<void(const signaling::SessionId&)> on_finished;
  /// Whether our address is to be hidden from that account; `direct`: the caller's user does not mind.
  std::function<bool(const signaling::AccountId& peer, bool direct)> hides_address;
  /// Asks the server for relays: set_relays() brings them. Null: there is no server, nothing will come.
  std::function<void(const std::shared_ptr<CallRecord>&)> request_relays;
};

/// What a caller settles before the first message.
struct DialTerms {
  bool contact = true;           ///< Its device answers by itself.
  bool direct = false;           ///< As DialOptions.
  bool await_directory = false;  ///< on_directory() will bring what the directory knows of the callee now.
  std::string name_hint;         ///< What we call ourselves.
  /// Relays that the server has lent already.
  std::optional<std::vector<IceServer>> relays;
};

/// Runs one call with one device from the first handshake message to the last: rings, finds the path, opens the media
/// session when both have agreed, and ends. Network thread only.
class CallController {
 public:
  /// Caller: sends INIT. The consent is kept until the other side accepts.
  static Result<std::unique_ptr<CallController>> dial(CallEnvironment environment, const signaling::Contact& peer,
                                                      std::shared_ptr<CallRecord> record, DialConsent consent,
                                                      DialTerms terms);
  /// Callee: answers a verified INIT with `status`; ends at once if that is not kProceed.
  static Result<std::unique_ptr<CallController>> answer(CallEnvironment environment, signaling::CallSession session,
                                                        signaling::ResponseStatus status,
                                                        std::shared_ptr<CallRecord> record,
                                                        std::function<void()> on_ringing);
  /// Callee: rings for a verified INIT of a stranger, and answers nothing before a person accepts.
  static std::unique_ptr<CallController> ring_unanswered(CallEnvironment environment, signaling::CallSession session,
                                                         std::shared_ptr<CallRecord> record,
                                                         std::function<void()> on_ringing);
  ~CallController();
  CallController(const CallController&) = delete;
  CallController& operator=(const CallController&) = delete;

  const signaling::SessionId& session_id() const { return session().session_id(); }
  const std::shared_ptr<CallRecord>& record() const { return record_; }
  bool ended() const;
  /// Whether a person here is in this call or could be: it makes the device busy for others.
  bool occupies() const;
  bool is_with(const signaling::Contact& peer) const;
  bool is_caller() const { return caller_; }
  /// Caller: whether the person here waits for the other side; and whether its device has answered the handshake.
  bool dials() const { return caller_ && allows(CallInput::kGiveWay); }
  bool answered() const { return caller_ && caller_state_ != CallerState::kAwaitResponse; }
  /// Callee: whether it rings here, or soon will, for a caller that has proven itself.
  bool rings_proven() const { return !caller_ && allows(CallInput::kLocalDial); }
  /// Whether it rings here for a stranger who was not answered yet.
  bool rings_unanswered() const { return !caller_ && callee_state_ == CalleeState::kStrangerRinging; }
  const signaling::CallId& call_id() const { return session().call_id(); }
  const signaling::Contact& peer() const { return session().peer(); }

  /// A RESP or DATA blob of this session, from the signalling channel.
  void on_blob(ByteView blob, Timestamp now);
  /// Caller: what the directory knows of the callee now; nothing if that is no news.
  void on_directory(std::optional<signaling::Contact> peer, Timestamp now);
  /// Relays for this call, beside those of the options. The first time counts.
  void set_relays(std::vector<IceServer> relays, Timestamp now);
  /// The link that carries envelopes was lost and is back.
  void on_link_renewed(Timestamp now);
  /// While rings_unanswered(): the caller has sent a new INIT for the same call.
  void replace_unanswered(signaling::CallSession session);
  /// Callee: the person has accepted.
  void accept(AcceptConsent consent, Timestamp now);
  // What this side sends in an accepted call; kRefused where there is none.

  Result<void> set_camera(const CameraConsent& consent, Timestamp now);
  /// Tells the other side whether this one's microphone is muted.
  void tell_muted(Timestamp now);
  Result<void> hold(Timestamp now);
  Result<void> resume(const ResumeConsent& consent, Timestamp now);
  /// Whether it was accepted, by the side that had to, and goes on.
  bool accepted() const { return !ended() && timeline_.accepted; }

  /// This side ends the call, whatever its state, and tells the other.
  void hang_up(EndReason reason, Timestamp now);
  /// The other device does not know this call (any more), or goes on with another one.
  void superseded(EndReason reason, Timestamp now);
  /// Caller, while dials(): the call goes on as the one that has arrived from the other device. This one ends, and
  /// nobody is told.
  CrossedDial give_way(Timestamp now);
  /// Callee: whether this call comes from the device that a person here has dialled, and can be joined by that dial.
  bool crosses(const signaling::Contact& dialled) const;
  /// Callee, while crosses(): the dial is the accept. What rang here until now, if it did, ends.
  void join(CrossedDial dial, const signaling::Contact& dialled, Timestamp now);
  CallStatistics statistics() const;

 private:
  CallController(CallEnvironment environment, signaling::CallSession session, std::shared_ptr<CallRecord> record);

  signaling::CallSession& session() { return messenger_.session(); }
  const signaling::CallSession& session() const { return messenger_.session(); }

  // The beginning.
  void await_relays(Timestamp now);
  void begin_redial(const signaling::Contact& peer, Timestamp now);
  /// Goes on as far as directory and relays allow: opens the caller's path, sends the offer, or answers it.
  void prepare(Timestamp now);
  void answer_offer(Timestamp now);
  void accept_unanswered(Timestamp now);
  void send_accept(Timestamp now);

  // Messages. Each handler runs only if call_rules says that its state takes the message.
  void on_data(ByteView blob, Timestamp now);
  void on_message(const signaling::CallMessage& message, Timestamp now);
  void on_response(ByteView blob, Timestamp now);
  void on_offer(const signaling::Offer& offer, Timestamp now);
  void on_candidates(const std::vector<std::string>& candidates);
  void on_end_of_candidates();
  void on_ringing(const signaling::Ringing& ringing, Timestamp now);
  void on_accept(const signaling::Accept& accept, Timestamp now);
  void on_media_ready(const signaling::MediaReady& ready, Timestamp now);
  void on_media_state(const signaling::MediaState& state, Timestamp now);
  void on_hangup(const signaling::Hangup& hangup, Timestamp now);
  void check_confirmation(Timestamp now);

  // What is sent.
  void send(const signaling::CallMessage& message, Timestamp now);
  void send_offer(Timestamp now);
  void send_media_ready(Timestamp now);
  void send_local_candidates(Timestamp now);

  // Path and keys.
  bool open_path(Timestamp now);
  bool set_remote(const signaling::SessionDescription& remote, Timestamp now);
  void on_media_datagram(ByteView datagram, Timestamp now);
  void service_path(Timestamp now);
  void take_secured_media(Timestamp now);

  // Media.
  void prepare_encoder();
  void open_media_if_ready(Timestamp now);
  MediaChoice agreed_media() const;
  signaling::MediaState own_media_state() const;
  /// Lets media flow as both sides want it now, and tells what has changed.
  void update_media(Timestamp now);
  void update_peer_media();
  bool flows() const { return !on_hold_ && !heard_.on_hold; }
  Timestamp peer_gone_at() const;

  void service(Timestamp now);
  void on_deadline(Timestamp now);
  std::optional<Timestamp> next_deadline() const;
  void set_state(CallState state, Timestamp now);
  /// Tells the other side if it can be told, then ends the call here.
  void end(EndReason reason, Timestamp now);
  /// Ends the call here without telling anybody.
  void finish(EndReason reason, Timestamp now);
  /// Whether the rules take the input now. If so, the state is what it leads to, but for the end: finish() makes that.
  bool step(CallInput input);
  bool allows(CallInput input) const;
  MediaChoice local_choice() const;
  const LocalConsent* consent() const;

  CallEnvironment environment_;
  CallMessenger messenger_;
  std::shared_ptr<CallRecord> record_;
  std::function<void()> on_ringing_;  // callee: hand the call to the application
  const bool caller_;
  CallerState caller_state_ = CallerState::kAwaitResponse;
  CalleeState callee_state_ = CalleeState::kAwaitOffer;
  CallTimeline timeline_;
  CallSecurity security_;
  uint64_t messages_ignored_ = 0;
  uint64_t media_while_shut_ = 0;

  std::shared_ptr<WakeSignal> wake_;
  std::unique_ptr<DeadlineTimer> timer_;
  std::optional<Timestamp> state_deadline_;  // of the step that the call is in
  std::optional<Timestamp> prepare_by_;      // then it goes on without what the server has not said
  std::optional<Timestamp> release_at_;      // ended: until then at the latest the last words are repeated

  // The beginning.
  DialTerms terms_;
  std::optional<RedialSchedule> redial_;           // caller, until RESP comes
  std::optional<signaling::Contact> newer_peer_;   // caller: for the next attempt
  std::optional<std::vector<IceServer>> servers_;  // once the server's are known
  std::optional<signaling::Offer> held_offer_;     // callee, in kPreparing; with what came behind it
  std::vector<std::string> held_candidates_;
  bool held_end_of_candidates_ = false;

  signaling::MediaDescription local_media_;
  std::optional<signaling::MediaDescription> remote_media_;
  std::unique_ptr<CallPath> path_;
  std::optional<transport::SecuredMedia> secured_;  // until the media session takes the keys
  std::array<uint8_t, 16> own_confirmation_{};
  std::array<uint8_t, 16> expected_confirmation_{};
  std::optional<std::array<uint8_t, 16>> peer_confirmation_;
  bool keys_ready_ = false;
  bool media_ready_sent_ = false;

  std::optional<DialConsent> dial_consent_;
  std::optional<AcceptConsent> accept_consent_;
  std::optional<MediaGate> gate_;
  std::unique_ptr<Capture> capture_;
  std::unique_ptr<PreparedEncoder> prepared_encoder_;  // until the media session takes it
  bool on_hold_ = false;
  signaling::MediaState told_;   // to the other side
  signaling::MediaState heard_;  // from it
  signaling::Accept accepted_media_;
  std::unique_ptr<MediaSession> media_;
  Timestamp media_since_{};
};

}  // namespace sotto::engine
