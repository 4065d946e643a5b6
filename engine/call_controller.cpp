#include "engine/call_controller.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_endings.hpp"

namespace sotto::engine {
namespace {

// How long each step may take (seconds in which a person would have given up, too).
constexpr Duration kResponseTimeout = 45s;
constexpr Duration kOfferTimeout = 10s;
constexpr Duration kPathTimeout = 30s;
// How long the last words are repeated before path and keys go.
constexpr Duration kFarewell = 5s;
constexpr Duration kShortestFarewell = 100ms;

std::string to_hex(const Sha256Digest& fingerprint) {
  std::string text;
  for (const uint8_t byte : fingerprint) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%s%02X", text.empty() ? "" : ":", byte);
    text += digits;
  }
  return text;
}

void keep_earlier(std::optional<Timestamp>& earliest, std::optional<Timestamp> candidate) {
  if (candidate && (!earliest || *candidate < *earliest)) earliest = candidate;
}

}  // namespace

CallController::CallController(CallEnvironment environment, signaling::CallSession session,
                               std::shared_ptr<CallRecord> record)
    : environment_(std::move(environment)),
      messenger_(std::move(session), environment_.send),
      record_(std::move(record)),
      caller_(messenger_.session().is_caller()),
      wake_(WakeSignal::create(environment_.network, [this] { service(monotonic_now()); })),
      timer_(std::make_unique<DeadlineTimer>(environment_.network, [this] { on_deadline(monotonic_now()); })) {
  security_.handshake = "Noise_IK_25519_AESGCM_SHA256";
  security_.local_fingerprint = to_hex(environment_.certificate->fingerprint());
}

CallController::~CallController() {
  if (!ended()) finish(EndReason::kEngineClosed, monotonic_now());
  wake_->close();
}

Result<std::unique_ptr<CallController>> CallController::dial(CallEnvironment environment,
                                                             const signaling::Contact& peer,
                                                             std::shared_ptr<CallRecord> record, DialConsent consent) {
  const CallMedia& media = consent.media();
  const auto kind = media.video || media.receive_video ? signaling::CallKind::kVideo : signaling::CallKind::kAudio;
  auto session =
      signaling::CallSession::dial(*environment.identity, peer, signaling::CallId{environment.random.bytes<16>()}, kind,
                                   wall_now(), environment.random);
  if (!session) return session.error();
  std::unique_ptr<CallController> controller(
      new CallController(std::move(environment), std::move(*session), std::move(record)));
  const Timestamp now = monotonic_now();
  controller->timeline_.dialed = now;
  // Candidates are found while the handshake is on its way, so that the offer can carry them all.
  auto begun = controller->open_path();
  if (begun) begun = controller->messenger_.send_handshake(controller->session().init());
  if (!begun) {
    controller->finish(EndReason::kPathFailed, now);
    return begun.error();
  }
  controller->capture_ = std::make_unique<Capture>(consent, controller->environment_.events);
  controller->dial_consent_.emplace(std::move(consent));
  controller->local_media_ = make_offer(controller->local_choice(), controller->environment_.random);
  controller->state_deadline_ = now + kResponseTimeout;
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
  auto response = controller->session().respond(status, wall_now(), controller->environment_.random);
  if (!response) return response.error();
  controller->timeline_.dialed = now;
  controller->timeline_.handshake_done = now;
  if (auto sent = controller->messenger_.send_handshake(*response); !sent) return sent.error();
  controller->state_deadline_ = now + kOfferTimeout;
  if (status != signaling::ResponseStatus::kProceed) controller->finish(EndReason::kBusy, now);
  controller->service(now);
  return controller;
}

bool CallController::ended() const {
  return caller_ ? caller_state_ == CallerState::kEnded : callee_state_ == CalleeState::kEnded;
}

bool CallController::occupies() const { return !ended() && (caller_ || callee_state_ != CalleeState::kAwaitOffer); }

bool CallController::is_with(const signaling::Contact& peer) const {
  return session().peer().account == peer.account && session().peer().device == peer.device;
}

bool CallController::takes(MessageKind message) const {
  return caller_ ? caller_takes(caller_state_, message) : callee_takes(callee_state_, message);
}

MediaChoice CallController::local_choice() const {
  // Before a callee's consent its answer says what it could do; the accept says what it will.
  if (consent() == nullptr) return {true, true, true, true};
  const CallMedia& media = consent()->media();
  return {media.audio != nullptr, media.video != nullptr, media.receive_audio, media.receive_video};
}

const LocalConsent* CallController::consent() const {
  if (dial_consent_) return &*dial_consent_;
  return accept_consent_ ? &*accept_consent_ : nullptr;
}

// ---- path and keys

Result<void> CallController::open_path() {
  CallPathCallbacks callbacks;
  // Candidates come several at once, and a change can come from inside of a service: the wake-up gathers them.
  callbacks.on_change = [this] { wake_->notify(); };
  callbacks.on_media = [this](ByteView datagram, Timestamp arrival) { on_media_datagram(datagram, arrival); };
  auto path = CallPath::create(caller_, environment_.options, environment_.certificate, environment_.network,
                               environment_.closing, std::move(callbacks));
  if (!path) return path.error();
  path_ = std::move(*path);
  return {};
}

bool CallController::set_remote(const signaling::SessionDescription& remote, Timestamp now) {
  auto secrets = session().take_media_secrets();
  SOTTO_ASSERT(secrets);
  path_->set_secrets(std::move(*secrets), session().call_id());
  security_.peer_fingerprint = to_hex(remote.fingerprint);
  if (const auto set = path_->set_remote(remote, now); !set) {
    log(LogLevel::kWarning, "engine", set.error().message);
    end(EndReason::kIncompatible, now);
    return false;
  }
  return true;
}

void CallController::on_media_datagram(ByteView datagram, Timestamp now) {
  if (!media_) {
    ++media_while_shut_;
    return;
  }
  media_->on_datagram(datagram, now);
  if (media_->peer_left()) finish(EndReason::kPeerHungUp, now);
  timer_->set(next_deadline());
}

void CallController::service_path(Timestamp now) {
  if (!path_) return;
  if (const auto failure = path_->failure(); failure && !ended()) {
    log(LogLevel::kError, "engine", failure->message);
    end(failure->code == ErrorCode::kTimeout ? EndReason::kPathFailed : EndReason::kSecurityFailure, now);
  }
  take_secured_media(now);
  while (const auto message = path_->poll_message()) on_data(*message, now);
  path_->flush();
}

void CallController::take_secured_media(Timestamp now) {
  auto secured = path_->take_secured_media(now);
  if (!secured || ended()) return;
  keys_ready_ = true;
  timeline_.media_keys_ready = now;
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

// ---- media

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
  transport->initial_round_trip_time = path_->round_trip_time();
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
  media_ = std::make_unique<MediaSession>(std::move(*gate_), std::move(options), std::move(*srtp), *capture_,
                                          path_->datagrams(), wake_, environment_.random, environment_.pool, now,
                                          wall_now());
  media_since_ = now;
  record_->set_playing(media_->audio_receiver());
  state_deadline_.reset();
}

// ---- time and the end

void CallController::service(Timestamp now) {
  service_path(now);
  send_local_candidates(now);
  if (media_) media_->send_pending(now);
  // What was said meanwhile leaves at once.
  service_path(now);
  timer_->set(next_deadline());
}

std::optional<Timestamp> CallController::next_deadline() const {
  std::optional<Timestamp> next = state_deadline_;
  keep_earlier(next, release_at_);
  keep_earlier(next, messenger_.next_deadline());
  if (path_) keep_earlier(next, path_->next_deadline());
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
    if (messenger_.settled() || now >= *timeline_.ended + kFarewell) {
      release_at_.reset();
      environment_.on_finished(session().session_id());
      return;
    }
    release_at_ = now + kShortestFarewell;
  }
  if (state_deadline_ && now >= *state_deadline_) {
    state_deadline_.reset();
    end(timeline_.accepted ? EndReason::kPathFailed : EndReason::kNoAnswer, now);
  }
  if (media_ && now >= peer_gone_at()) end(EndReason::kPeerGone, now);
  if (const auto due = messenger_.next_deadline(); due && now >= *due) messenger_.on_deadline(path_.get(), now);
  if (path_) {
    if (const auto due = path_->next_deadline(); due && now >= *due) path_->on_deadline(now);
  }
  if (media_) {
    if (const auto due = media_->next_deadline(); due && now >= *due) media_->on_deadline(now);
  }
  service(now);
}

void CallController::end(EndReason reason, Timestamp now) {
  if (ended()) return;
  // Before the offer a callee has promised nothing, and before the response a caller has no keys to say it with.
  if (session().established() && session().proven()) {
    send(signaling::Hangup{hangup_reason_of(reason, caller_, timeline_.accepted.has_value())}, now);
    if (media_) media_->send_bye(now);
  }
  finish(reason, now);
}

void CallController::hang_up(EndReason reason, Timestamp now) {
  end(reason, now);
  service(now);
}

void CallController::superseded(Timestamp now) { finish(EndReason::kPeerGone, now); }

void CallController::finish(EndReason reason, Timestamp now) {
  if (ended()) return;
  timeline_.ended = now;
  record_->set_final_statistics(statistics());
  caller_state_ = CallerState::kEnded;
  callee_state_ = CalleeState::kEnded;
  const bool tell = record_->advance(CallState::kEnded, reason);
  secured_.reset();
  if (media_) {
    media_->close();
    // Its threads may be inside an application's callback that waits for this thread: joined elsewhere.
    environment_.events.post([media = std::shared_ptr<MediaSession>(std::move(media_))] {});
  }
  // Told behind that: no picture comes after the end.
  if (tell) environment_.events.post([record = record_] { record->tell_state(CallState::kEnded); });
  capture_.reset();
  state_deadline_.reset();
  release_at_ = now + kShortestFarewell;
}

void CallController::set_state(CallState state, Timestamp now) {
  if (state == CallState::kConnecting) state_deadline_ = now + kPathTimeout;
  if (!record_->advance(state)) return;
  environment_.events.post([record = record_, state] { record->tell_state(state); });
}

CallStatistics CallController::statistics() const {
  if (ended()) return record_->final_statistics();
  CallStatistics statistics;
  statistics.timeline = timeline_;
  statistics.timeline.first_video = record_->first_video();
  statistics.security = security_;
  statistics.messages_ignored = messages_ignored_;
  statistics.path.refused = media_while_shut_;
  if (path_) {
    statistics.timeline.path_writable = path_->writable_since();
    path_->add_to(statistics);
  }
  if (media_) {
    statistics.timeline.first_audio = media_->first_audio();
    media_->add_to(statistics);
  }
  return statistics;
}

}  // namespace sotto::engine
