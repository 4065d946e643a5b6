#include "engine/call_controller.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "transport/datagram_kind.hpp"

namespace sotto::engine {
namespace {

using signaling::CallMessage;
using signaling::HangupReason;
using transport::DtlsRole;

// How long each step may take (seconds in which a person would have given up, too).
constexpr Duration kResponseTimeout = 45s;
constexpr Duration kOfferTimeout = 10s;
constexpr Duration kRingTimeout = 60s;
constexpr Duration kPathTimeout = 30s;
// How long the last words are repeated before path and keys go.
constexpr Duration kFarewell = 600ms;
// An acknowledgement rides on the next message if one comes in this time.
constexpr Duration kAcknowledgeDelay = 20ms;
constexpr Duration kUnknownRoundTrip = 100ms;
// What the first connectivity check suggests as round trip is trusted within these: a check that was lost took longer.
constexpr Duration kMinCheckedRoundTrip = 10ms;
constexpr Duration kMaxCheckedRoundTrip = 250ms;

MessageKind kind_of(const CallMessage& message) {
  // The variant and MessageKind list the messages in the same order.
  static_assert(std::variant_size_v<CallMessage> == kMessageKinds);
  static_assert(std::is_same_v<std::variant_alternative_t<size_t(MessageKind::kOffer), CallMessage>, signaling::Offer>);
  static_assert(
      std::is_same_v<std::variant_alternative_t<size_t(MessageKind::kAccept), CallMessage>, signaling::Accept>);
  static_assert(
      std::is_same_v<std::variant_alternative_t<size_t(MessageKind::kHangup), CallMessage>, signaling::Hangup>);
  static_assert(std::is_same_v<std::variant_alternative_t<size_t(MessageKind::kAck), CallMessage>, signaling::Ack>);
  return static_cast<MessageKind>(message.index());
}

EndReason end_reason_of(HangupReason reason) {
  switch (reason) {
    case HangupReason::kNormal:
    case HangupReason::kGone:
      return EndReason::kPeerHungUp;
    case HangupReason::kDeclined:
      return EndReason::kDeclined;
    case HangupReason::kBusy:
      return EndReason::kBusy;
    case HangupReason::kCancelled:
      return EndReason::kCancelled;
    case HangupReason::kFailed:
      return EndReason::kPathFailed;
    case HangupReason::kIncompatible:
      return EndReason::kIncompatible;
  }
  return EndReason::kPeerHungUp;
}

HangupReason hangup_reason_of(EndReason reason, bool caller, bool accepted) {
  switch (reason) {
    case EndReason::kDeclined:
      return HangupReason::kDeclined;
    case EndReason::kBusy:
      return HangupReason::kBusy;
    case EndReason::kIncompatible:
      return HangupReason::kIncompatible;
    case EndReason::kPathFailed:
    case EndReason::kSecurityFailure:
      return HangupReason::kFailed;
    case EndReason::kPeerGone:
      return HangupReason::kGone;
    case EndReason::kNone:
    case EndReason::kHungUp:
    case EndReason::kPeerHungUp:
    case EndReason::kCancelled:
    case EndReason::kNoAnswer:
    case EndReason::kEngineClosed:
      return caller && !accepted ? HangupReason::kCancelled : HangupReason::kNormal;
  }
  return HangupReason::kNormal;
}

std::string to_hex(const Sha256Digest& fingerprint) {
  std::string text;
  for (const uint8_t byte : fingerprint) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%s%02X", text.empty() ? "" : ":", byte);
    text += digits;
  }
  return text;
}

std::string type_name(transport::IceCandidateType type) {
  switch (type) {
    case transport::IceCandidateType::kHost:
      return "host";
    case transport::IceCandidateType::kServerReflexive:
      return "srflx";
    case transport::IceCandidateType::kPeerReflexive:
      return "prflx";
    case transport::IceCandidateType::kRelayed:
      return "relay";
  }
  return {};
}

transport::IceServer to_transport(const IceServer& server) {
  transport::IceServer out;
  out.host = server.address;
  out.port = server.port;
  out.username = server.username;
  out.password = server.password;
  switch (server.kind) {
    case IceServer::Kind::kStun:
      out.kind = transport::IceServerKind::kStun;
      break;
    case IceServer::Kind::kTurnUdp:
      out.kind = transport::IceServerKind::kTurnUdp;
      break;
    case IceServer::Kind::kTurnTcp:
      out.kind = transport::IceServerKind::kTurnTcp;
      break;
  }
  return out;
}

void keep_earlier(std::optional<Timestamp>& earliest, std::optional<Timestamp> candidate) {
  if (candidate && (!earliest || *candidate < *earliest)) earliest = candidate;
}

}  // namespace

CallController::CallController(CallEnvironment environment, signaling::CallSession session,
                               std::shared_ptr<CallRecord> record)
    : environment_(std::move(environment)),
      session_(std::move(session)),
      record_(std::move(record)),
      caller_(session_.is_caller()),
      wake_(WakeSignal::create(environment_.network, [this] { service(monotonic_now()); })),
      timer_(std::make_unique<DeadlineTimer>(environment_.network, [this] { on_deadline(monotonic_now()); })) {
  security_.handshake = "Noise_IK_25519_AESGCM_SHA256";
  security_.local_fingerprint = to_hex(environment_.certificate->fingerprint());
}

CallController::~CallController() {
  if (!ended()) finish(EndReason::kEngineClosed, monotonic_now());
  wake_->close();
  if (!ice_) return;
  environment_.closing->begin();
  ice_->close([closing = environment_.closing] { closing->end(); });
}

Result<std::unique_ptr<CallController>> CallController::dial(CallEnvironment environment,
                                                             const signaling::Contact& peer,
                                                             std::shared_ptr<CallRecord> record, LocalConsent consent) {
  const CallMedia& media = consent.media();
  const auto kind = media.video || media.receive_video ? signaling::CallKind::kVideo : signaling::CallKind::kAudio;
  auto session = signaling::CallSession::dial(*environment.identity, peer,
                                              signaling::CallId{environment.random.bytes<16>()}, kind, wall_now(),
                                              environment.random);
  if (!session) return session.error();
  std::unique_ptr<CallController> controller(
      new CallController(std::move(environment), std::move(*session), std::move(record)));
  const Timestamp now = monotonic_now();
  controller->timeline_.dialed = now;
  controller->environment_.send(peer, controller->session_.init());
  controller->capture_ = std::make_unique<Capture>(consent, controller->environment_.events);
  controller->consent_.emplace(std::move(consent));
  controller->local_media_ = make_offer(controller->local_choice(), controller->environment_.random);
  controller->state_deadline_ = now + kResponseTimeout;
  // Found while the handshake is on its way, so that the offer can carry all candidates.
  if (auto started = controller->start_ice(); !started) return started.error();
  controller->service(now);
  return controller;
}

Result<std::unique_ptr<CallController>> CallController::answer(CallEnvironment environment,
                                                               signaling::CallSession session,
                                                               signaling::ResponseStatus status,
                                                               std::shared_ptr<CallRecord> record,
                                                               std::function<void()> on_ringing) {
  std::unique_ptr<CallController> controller(
      new CallController(std::move(environment), std::move(session), std::move(record)));
  controller->on_ringing_ = std::move(on_ringing);
  const Timestamp now = monotonic_now();
  auto response = controller->session_.respond(status, wall_now(), controller->environment_.random);
  if (!response) return response.error();
  controller->timeline_.dialed = now;
  controller->timeline_.handshake_done = now;
  controller->environment_.send(controller->session_.peer(), *response);
  controller->state_deadline_ = now + kOfferTimeout;
  if (status != signaling::ResponseStatus::kProceed) controller->finish(EndReason::kBusy, now);
  controller->service(now);
  return controller;
}

bool CallController::ended() const {
  return caller_ ? caller_state_ == CallerState::kEnded : callee_state_ == CalleeState::kEnded;
}

bool CallController::takes(MessageKind message) const {
  return caller_ ? caller_takes(caller_state_, message) : callee_takes(callee_state_, message);
}

DtlsRole CallController::dtls_role() const { return caller_ ? DtlsRole::kServer : DtlsRole::kClient; }

MediaChoice CallController::local_choice() const {
  // Before a callee's consent its answer says what it could do; the accept says what it will.
  if (!consent_) return {true, true, true, true};
  const CallMedia& media = consent_->media();
  return {media.audio != nullptr, media.video != nullptr, media.receive_audio, media.receive_video};
}

// ---------------------------------------------------------------------------------------------- messages that arrive

void CallController::on_blob(ByteView blob, Timestamp now) {
  const auto header = signaling::peek_header(blob);
  if (!header) return;
  switch (header->kind) {
    case signaling::BlobKind::kInit:
      return;
    case signaling::BlobKind::kResponse:
      if (caller_ && caller_state_ == CallerState::kAwaitResponse) on_response(blob, now);
      break;
    case signaling::BlobKind::kData:
      on_data(blob, now);
      break;
  }
  service(now);
}

void CallController::on_response(ByteView blob, Timestamp now) {
  if (const auto opened = session_.on_response(blob); !opened) {
    log(LogLevel::kWarning, "engine", "refused a handshake response: " + opened.error().message);
    return;
  }
  timeline_.handshake_done = now;
  SOTTO_ASSERT(session_.response_status());
  switch (*session_.response_status()) {
    case signaling::ResponseStatus::kProceed:
      caller_state_ = CallerState::kOffered;
      send_offer(now);
      return;
    case signaling::ResponseStatus::kBusy:
      finish(EndReason::kBusy, now);
      return;
    case signaling::ResponseStatus::kIncompatible:
      finish(EndReason::kIncompatible, now);
      return;
  }
}

void CallController::on_data(ByteView blob, Timestamp now) {
  auto messages = session_.open(blob);
  if (!messages) return;  // forged, or of another session: counted there
  for (const CallMessage& message : *messages) {
    if (takes(kind_of(message))) {
      on_message(message, now);
    } else {
      ++messages_ignored_;
    }
  }
  if (!session_.resend_due()) resend_.clear();
  if (session_.ack_due() && !acknowledge_at_) acknowledge_at_ = now + kAcknowledgeDelay;
}

void CallController::on_message(const CallMessage& message, Timestamp now) {
  std::visit(
      [&](const auto& what) {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, signaling::Offer>) {
          on_offer(what, now);
        } else if constexpr (std::is_same_v<What, signaling::Ringing>) {
          on_ringing(what, now);
        } else if constexpr (std::is_same_v<What, signaling::Candidates>) {
          on_remote_candidates(what.candidates);
        } else if constexpr (std::is_same_v<What, signaling::EndOfCandidates>) {
          if (ice_) ice_->remote_candidates_done();
        } else if constexpr (std::is_same_v<What, signaling::Accept>) {
          on_accept(what, now);
        } else if constexpr (std::is_same_v<What, signaling::Accepted>) {
          callee_state_ = CalleeState::kActive;
        } else if constexpr (std::is_same_v<What, signaling::AnsweredElsewhere>) {
          finish(EndReason::kCancelled, now);
        } else if constexpr (std::is_same_v<What, signaling::MediaReady>) {
          on_media_ready(what, now);
        } else if constexpr (std::is_same_v<What, signaling::Hangup>) {
          on_hangup(what, now);
        } else {
          // No state takes these yet; an Ack is consumed by the session.
          static_assert(std::is_same_v<What, signaling::MediaRemove> || std::is_same_v<What, signaling::IceRestart> ||
                        std::is_same_v<What, signaling::Ack>);
        }
      },
      message);
}

void CallController::on_offer(const signaling::Offer& offer, Timestamp now) {
  SOTTO_ASSERT(session_.proven());
  const auto usable = check_description(offer.media);
  if (!usable) {
    log(LogLevel::kWarning, "engine", usable.error().message);
    end(EndReason::kIncompatible, now);
    return;
  }
  auto answer = make_answer(offer.media, local_choice(), environment_.random);
  if (!answer) {
    end(EndReason::kIncompatible, now);
    return;
  }
  local_media_ = std::move(*answer);
  remote_media_ = offer.media;
  if (const auto started = start_ice(); !started) {
    log(LogLevel::kError, "engine", started.error().message);
    end(EndReason::kPathFailed, now);
    return;
  }
  callee_state_ = CalleeState::kRinging;
  state_deadline_ = now + kRingTimeout;
  signaling::Ringing ringing;
  ringing.ice = {ice_->local_credentials().ufrag, ice_->local_credentials().password};
  ringing.fingerprint = environment_.certificate->fingerprint();
  ringing.setup = signaling::DtlsSetup::kActive;
  ringing.media = local_media_;
  send(ringing, now);
  if (!set_remote(offer, now)) return;
  timeline_.ringing = now;
  set_state(CallState::kRinging, now);
  if (on_ringing_) on_ringing_();
}

void CallController::on_ringing(const signaling::Ringing& ringing, Timestamp now) {
  const auto usable = check_description(ringing.media);
  if (!usable || ringing.setup != signaling::DtlsSetup::kActive) {
    log(LogLevel::kWarning, "engine", usable ? "the callee does not open the DTLS handshake" : usable.error().message);
    end(EndReason::kIncompatible, now);
    return;
  }
  remote_media_ = ringing.media;
  caller_state_ = CallerState::kRemoteRinging;
  state_deadline_ = now + kRingTimeout;
  timeline_.ringing = now;
  if (!set_remote(ringing, now)) return;
  set_state(CallState::kRinging, now);
}

void CallController::on_accept(const signaling::Accept& accept, Timestamp now) {
  SOTTO_ASSERT(consent_);
  caller_state_ = CallerState::kActive;
  accepted_media_ = accept;
  timeline_.accepted = now;
  gate_ = MediaGate::for_caller(*consent_, RemoteAccept());
  send(signaling::Accepted{}, now);
  send_media_ready(now);
  set_state(keys_ready_ ? CallState::kActive : CallState::kConnecting, now);
  open_media_if_ready(now);
}

void CallController::accept(LocalConsent consent, Timestamp now) {
  if (caller_ || callee_state_ != CalleeState::kRinging) return;
  consent_.emplace(std::move(consent));
  gate_ = MediaGate::for_callee(*consent_);
  callee_state_ = CalleeState::kLocalAccepted;
  timeline_.accepted = now;
  const CallMedia& media = consent_->media();
  accepted_media_ = {media.audio != nullptr || media.receive_audio, media.video != nullptr || media.receive_video};
  send(accepted_media_, now);
  capture_ = std::make_unique<Capture>(*consent_, environment_.events);
  send_media_ready(now);
  set_state(keys_ready_ ? CallState::kActive : CallState::kConnecting, now);
  open_media_if_ready(now);
  service(now);
}

void CallController::on_media_ready(const signaling::MediaReady& ready, Timestamp now) {
  if (ready.epoch != 0) return;
  peer_confirmation_ = ready.confirmation;
  check_confirmation(now);
}

void CallController::check_confirmation(Timestamp now) {
  if (!keys_ready_ || !peer_confirmation_ || security_.peer_confirmed) return;
  if (equal_constant_time(*peer_confirmation_, expected_confirmation_)) {
    security_.peer_confirmed = true;
    return;
  }
  log(LogLevel::kError, "engine", "the other side has derived other media keys: somebody may be in between");
  end(EndReason::kSecurityFailure, now);
}

void CallController::on_hangup(const signaling::Hangup& hangup, Timestamp now) {
  EndReason reason = end_reason_of(hangup.reason);
  if (!caller_ && !timeline_.accepted && reason == EndReason::kPeerHungUp) reason = EndReason::kCancelled;
  finish(reason, now);
}

void CallController::on_remote_candidates(const std::vector<std::string>& candidates) {
  for (const std::string& candidate : candidates) {
    if (const auto added = ice_->add_remote_candidate(candidate); !added) {
      log(LogLevel::kInfo, "engine", "left out a candidate: " + added.error().message);
    }
  }
}

// ------------------------------------------------------------------------------------------------- messages that go out

void CallController::send(const CallMessage& message, Timestamp now) {
  auto blob = session_.seal(message);
  if (!blob) {
    log(LogLevel::kWarning, "engine", "a call message was not sent: " + blob.error().message);
    return;
  }
  acknowledge_at_.reset();  // every message carries what there is to acknowledge
  const bool on_path = channel_ && channel_->state() == transport::DtlsState::kConnected &&
                       channel_->send_message(*blob).ok();
  if (std::holds_alternative<signaling::Ack>(message)) {
    if (!on_path) environment_.send(session_.peer(), *blob);
    return;
  }
  environment_.send(session_.peer(), *blob);
  resend_.on_sent(now, dtls_round_trip_.value_or(kUnknownRoundTrip));
}

void CallController::send_offer(Timestamp now) {
  auto secrets = session_.take_media_secrets();
  SOTTO_ASSERT(secrets);
  make_channel(std::move(*secrets));
  signaling::Offer offer;
  offer.ice = {ice_->local_credentials().ufrag, ice_->local_credentials().password};
  offer.fingerprint = environment_.certificate->fingerprint();
  offer.setup = signaling::DtlsSetup::kActPass;
  offer.media = local_media_;
  const size_t count = std::min(unsent_candidates_.size(), signaling::kMaxCandidatesPerMessage);
  offer.candidates.assign(unsent_candidates_.begin(), unsent_candidates_.begin() + static_cast<std::ptrdiff_t>(count));
  unsent_candidates_.erase(unsent_candidates_.begin(), unsent_candidates_.begin() + static_cast<std::ptrdiff_t>(count));
  offer.end_of_candidates = local_candidates_done_ && unsent_candidates_.empty();
  local_end_sent_ = offer.end_of_candidates;
  send(offer, now);
}

void CallController::send_local_candidates(Timestamp now) {
  const bool described = caller_ ? caller_state_ != CallerState::kAwaitResponse
                                 : callee_state_ != CalleeState::kAwaitOffer;
  if (!described || ended()) return;
  while (!unsent_candidates_.empty()) {
    const size_t count = std::min(unsent_candidates_.size(), signaling::kMaxCandidatesPerMessage);
    const auto end = unsent_candidates_.begin() + static_cast<std::ptrdiff_t>(count);
    send(signaling::Candidates{{unsent_candidates_.begin(), end}}, now);
    unsent_candidates_.erase(unsent_candidates_.begin(), end);
  }
  if (local_candidates_done_ && !local_end_sent_) {
    local_end_sent_ = true;
    send(signaling::EndOfCandidates{}, now);
  }
}

void CallController::send_media_ready(Timestamp now) {
  if (!keys_ready_ || !timeline_.accepted || media_ready_sent_) return;
  media_ready_sent_ = true;
  send(signaling::MediaReady{0, own_confirmation_}, now);
}

void CallController::resend(Timestamp now) {
  const auto due = resend_.on_deadline(now);
  if (!session_.established() || !session_.resend_due()) {
    resend_.clear();
    return;
  }
  const bool on_path = due.on_path && channel_ && channel_->state() == transport::DtlsState::kConnected;
  for (const auto& sent : session_.unacknowledged()) {
    if (on_path) (void)channel_->send_message(sent.blob);
    if (due.through_signaling) environment_.send(session_.peer(), sent.blob);
  }
}

// ------------------------------------------------------------------------------------------------------- path and keys

Result<void> CallController::start_ice() {
  transport::IceOptions options;
  options.controlling = caller_;
  options.local_addresses = environment_.options.local_addresses;
  options.relay_only = environment_.options.relay_only;
  for (const IceServer& server : environment_.options.ice_servers) options.servers.push_back(to_transport(server));
  transport::IceCallbacks callbacks;
  // Several candidates come at once: the wake-up gathers them into one message.
  callbacks.on_candidate = [this](std::string candidate) {
    unsent_candidates_.push_back(std::move(candidate));
    wake_->notify();
  };
  callbacks.on_gathering_done = [this] {
    local_candidates_done_ = true;
    wake_->notify();
  };
  callbacks.on_state = [this](transport::IceState state) {
    const Timestamp now = monotonic_now();
    on_ice_state(state, now);
    service(now);
  };
  callbacks.on_datagram = [this](ByteView datagram, Timestamp arrival) {
    on_datagram(datagram, arrival);
    service(arrival);
  };
  auto agent = transport::IceAgent::create(environment_.network.context(), std::move(options), std::move(callbacks));
  if (!agent) return agent.error();
  ice_ = std::move(*agent);
  return ice_->start_gathering();
}

void CallController::make_channel(signaling::MediaSecrets secrets) {
  transport::SecureChannelOptions options;
  options.role = dtls_role();
  options.certificate = environment_.certificate;
  options.media_keys.noise_secret = std::move(secrets.media);
  options.media_keys.confirmation_key = std::move(secrets.confirmation);
  options.media_keys.suite = secrets.suite;
  options.media_keys.call_id = session_.call_id().bytes;
  options.media_keys.handshake_hash = secrets.handshake_hash;
  channel_.emplace(std::move(options));
}

bool CallController::set_remote(const signaling::SessionDescription& remote, Timestamp now) {
  if (!channel_) {
    auto secrets = session_.take_media_secrets();
    SOTTO_ASSERT(secrets);
    make_channel(std::move(*secrets));
  }
  security_.peer_fingerprint = to_hex(remote.fingerprint);
  channel_->set_peer_fingerprint(remote.fingerprint, now);
  if (const auto set = ice_->set_remote_credentials(remote.ice.ufrag, remote.ice.pwd); !set) {
    log(LogLevel::kWarning, "engine", set.error().message);
    end(EndReason::kIncompatible, now);
    return false;
  }
  remote_known_since_ = now;
  on_remote_candidates(remote.candidates);
  if (remote.end_of_candidates) ice_->remote_candidates_done();
  return true;
}

void CallController::on_ice_state(transport::IceState state, Timestamp now) {
  switch (state) {
    case transport::IceState::kConnecting:
    case transport::IceState::kFailed:  // more candidates may come: the deadline of the step decides
      return;
    case transport::IceState::kWritable:
      if (!timeline_.path_writable) timeline_.path_writable = now;
      if (!dtls_started_) dtls_started_ = now;
      if (!channel_) return;
      channel_->set_round_trip_time(
          std::clamp<Duration>(now - remote_known_since_, kMinCheckedRoundTrip, kMaxCheckedRoundTrip));
      channel_->on_path_writable(now);
      return;
  }
}

void CallController::on_datagram(ByteView datagram, Timestamp now) {
  switch (transport::datagram_kind(datagram)) {
    case transport::DatagramKind::kDtls:
      if (!channel_) return;
      if (!dtls_started_) dtls_started_ = now;
      channel_->on_dtls_datagram(datagram, now);
      return;
    case transport::DatagramKind::kSrtp:
    case transport::DatagramKind::kSrtcp:
      if (!media_) {
        ++media_while_shut_;
        return;
      }
      media_->on_datagram(datagram, now);
      if (media_->peer_left()) finish(EndReason::kPeerHungUp, now);
      return;
    case transport::DatagramKind::kStun:
    case transport::DatagramKind::kUnknown:
      ++media_while_shut_;
      return;
  }
}

void CallController::service_channel(Timestamp now) {
  if (!channel_) return;
  if (channel_->state() == transport::DtlsState::kFailed && !ended()) {
    log(LogLevel::kError, "engine", channel_->failure().message);
    end(EndReason::kSecurityFailure, now);
  }
  if (!keys_ready_) take_secured_media(now);
  while (const auto message = channel_->poll_message()) on_data(*message, now);
  while (const auto datagram = channel_->poll_datagram()) {
    const ByteView view = *datagram;
    ice_->send({&view, 1});
  }
}

void CallController::take_secured_media(Timestamp now) {
  auto secured = channel_->take_secured_media();
  if (!secured) return;
  keys_ready_ = true;
  timeline_.media_keys_ready = now;
  if (dtls_started_) {
    // From ClientHello to Finished the client waits two round trips, the server one.
    const Duration took = now - *dtls_started_;
    dtls_round_trip_ = std::clamp<Duration>(caller_ ? took : took / 2, 1ms, 1s);
  }
  own_confirmation_ = secured->own_confirmation;
  expected_confirmation_ = secured->expected_confirmation;
  security_.dtls_version = secured->dtls_version;
  security_.dtls_cipher = secured->cipher;
  security_.srtp_profile = secured->srtp_profile;
  security_.keys_mixed = true;
  secured_ = std::move(secured);
  check_confirmation(now);
  if (ended()) return;
  if (timeline_.accepted) {
    send_media_ready(now);
    set_state(CallState::kActive, now);
    open_media_if_ready(now);
  }
}

// --------------------------------------------------------------------------------------------------------------- media

void CallController::open_media_if_ready(Timestamp now) {
  if (!gate_ || !secured_ || media_ || ended()) return;
  MediaChoice choice = agree(local_media_, *remote_media_);
  const MediaChoice consented = local_choice();
  choice.send_audio = choice.send_audio && consented.send_audio && accepted_media_.audio;
  choice.send_video = choice.send_video && consented.send_video && accepted_media_.video;
  choice.receive_audio = choice.receive_audio && consented.receive_audio && accepted_media_.audio;
  choice.receive_video = choice.receive_video && consented.receive_video && accepted_media_.video;
  auto transport = transport_options(local_media_, *remote_media_, choice);
  if (!transport) {
    log(LogLevel::kWarning, "engine", transport.error().message);
    end(EndReason::kIncompatible, now);
    return;
  }
  transport->initial_round_trip_time = dtls_round_trip_;
  auto srtp = transport::SrtpSession::create(std::move(secured_->keys), secured_->role);
  secured_.reset();
  if (!srtp) {
    log(LogLevel::kError, "engine", srtp.error().message);
    end(EndReason::kSecurityFailure, now);
    return;
  }
  MediaSessionOptions options;
  options.transport = std::move(*transport);
  options.send_audio = choice.send_audio;
  options.send_video = choice.send_video;
  options.receive_audio = choice.receive_audio;
  options.receive_video = choice.receive_video;
  options.on_frame = [record = record_](const VideoFrame& frame) { record->show(frame); };
  options.payload_probe = environment_.internal.payload_probe;
  media_ = std::make_unique<MediaSession>(std::move(*gate_), std::move(options), std::move(*srtp), *capture_, *ice_,
                                          wake_, environment_.random, environment_.pool, now, wall_now());
  media_since_ = now;
  record_->set_playing(media_->audio_receiver());
  state_deadline_.reset();
}

// ----------------------------------------------------------------------------------------------------- time and the end

void CallController::service(Timestamp now) {
  service_channel(now);
  send_local_candidates(now);
  if (media_) media_->send_pending(now);
  // What was said meanwhile leaves at once.
  service_channel(now);
  timer_->set(next_deadline());
}

std::optional<Timestamp> CallController::next_deadline() const {
  std::optional<Timestamp> next = state_deadline_;
  keep_earlier(next, release_at_);
  keep_earlier(next, resend_.next_deadline());
  keep_earlier(next, acknowledge_at_);
  if (channel_) keep_earlier(next, channel_->next_deadline());
  if (media_) {
    keep_earlier(next, media_->next_deadline());
    keep_earlier(next, peer_gone_at());
  }
  return next;
}

Timestamp CallController::peer_gone_at() const {
  return std::max(media_->last_authenticated().value_or(media_since_), media_since_) +
         environment_.internal.peer_gone_after;
}

void CallController::on_deadline(Timestamp now) {
  if (release_at_ && now >= *release_at_) {
    release_at_.reset();
    environment_.on_finished(session_.session_id());
    return;
  }
  if (state_deadline_ && now >= *state_deadline_) {
    state_deadline_.reset();
    end(timeline_.accepted ? EndReason::kPathFailed : EndReason::kNoAnswer, now);
  }
  if (media_ && now >= peer_gone_at()) end(EndReason::kPeerGone, now);
  if (acknowledge_at_ && now >= *acknowledge_at_) {
    acknowledge_at_.reset();
    if (session_.ack_due()) send(signaling::Ack{}, now);
  }
  if (const auto due = resend_.next_deadline(); due && now >= *due) resend(now);
  if (channel_) {
    if (const auto due = channel_->next_deadline(); due && now >= *due) channel_->on_deadline(now);
  }
  if (media_) {
    if (const auto due = media_->next_deadline(); due && now >= *due) media_->on_deadline(now);
  }
  service(now);
}

void CallController::end(EndReason reason, Timestamp now) {
  if (ended()) return;
  // Before the offer a callee has promised nothing, and before the response a caller has no keys to say it with.
  if (session_.established() && session_.proven()) {
    send(signaling::Hangup{hangup_reason_of(reason, caller_, timeline_.accepted.has_value())}, now);
    if (media_) media_->send_bye(now);
  }
  finish(reason, now);
}

void CallController::hang_up(EndReason reason, Timestamp now) {
  end(reason, now);
  service(now);
}

void CallController::finish(EndReason reason, Timestamp now) {
  if (ended()) return;
  timeline_.ended = now;
  record_->set_final_statistics(statistics());
  caller_state_ = CallerState::kEnded;
  callee_state_ = CalleeState::kEnded;
  set_state(CallState::kEnded, now, reason);
  secured_.reset();
  if (media_) {
    media_->close();
    // Its threads may be inside an application's callback that waits for this thread: joined elsewhere.
    environment_.events.post([media = std::shared_ptr<MediaSession>(std::move(media_))] {});
  }
  capture_.reset();
  state_deadline_.reset();
  release_at_ = now + kFarewell;
}

void CallController::set_state(CallState state, Timestamp now, EndReason reason) {
  if (state == CallState::kConnecting) state_deadline_ = now + kPathTimeout;
  if (!record_->advance(state, reason)) return;
  environment_.events.post([record = record_, state] { record->tell_state(state); });
}

CallStatistics CallController::statistics() const {
  if (ended()) return record_->final_statistics();
  CallStatistics statistics;
  statistics.timeline = timeline_;
  statistics.timeline.first_video = record_->first_video();
  statistics.security = security_;
  statistics.path.refused = media_while_shut_;
  statistics.path.round_trip_time = dtls_round_trip_;
  if (ice_) {
    if (const auto pair = ice_->selected_pair()) {
      statistics.path.local_candidate_type = type_name(pair->local.type);
      statistics.path.remote_candidate_type = type_name(pair->remote.type);
    }
  }
  if (media_) {
    statistics.timeline.first_audio = media_->first_audio();
    media_->add_to(statistics);
  }
  return statistics;
}

}  // namespace sotto::engine
