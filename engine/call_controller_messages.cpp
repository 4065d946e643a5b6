// CallController: what arrives from the other device, and what is said to it.
#include <type_traits>
#include <utility>
#include <variant>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_controller.hpp"
#include "engine/call_endings.hpp"
#include "engine/call_timeouts.hpp"

namespace sotto::engine {
namespace {

using signaling::CallMessage;

// Candidates that come before there is a path: as many as it would take (HANDSHAKE 7).
constexpr size_t kMaxHeldCandidates = 25;

CallInput input_of(const CallMessage& message) {
  // The variant and CallInput list the messages in the same order.
  static_assert(std::variant_size_v<CallMessage> == kMessageKinds);
  static_assert(std::is_same_v<std::variant_alternative_t<size_t(CallInput::kOffer), CallMessage>, signaling::Offer>);
  static_assert(std::is_same_v<std::variant_alternative_t<size_t(CallInput::kAccept), CallMessage>, signaling::Accept>);
  static_assert(std::is_same_v<std::variant_alternative_t<size_t(CallInput::kHangup), CallMessage>, signaling::Hangup>);
  static_assert(std::is_same_v<std::variant_alternative_t<size_t(CallInput::kAck), CallMessage>, signaling::Ack>);
  return static_cast<CallInput>(message.index());
}

}  // namespace

// ---- messages that arrive

void CallController::on_blob(ByteView blob, Timestamp now) {
  const auto header = signaling::peek_header(blob);
  if (!header) return;
  switch (header->kind) {
    case signaling::BlobKind::kInit:
      return;
    case signaling::BlobKind::kResponse:
      if (allows(CallInput::kResponse)) on_response(blob, now);
      break;
    case signaling::BlobKind::kData:
      on_data(blob, now);
      break;
  }
  service(now);
}

void CallController::on_response(ByteView blob, Timestamp now) {
  if (const auto opened = session().on_response(blob); !opened) {
    log(LogLevel::kWarning, "engine", "refused a handshake response: " + opened.error().message);
    return;
  }
  timeline_.handshake_done = now;
  redial_.reset();
  SOTTO_ASSERT(session().response_status());
  if (*session().response_status() == signaling::ResponseStatus::kProceed) step(CallInput::kResponse);
  environment_.on_proven(session_id(), session().peer());
  switch (*session().response_status()) {
    case signaling::ResponseStatus::kProceed:
      prepare(now);
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
  for (const CallMessage& message : messenger_.open(blob, now)) {
    if (step(input_of(message))) {
      on_message(message, now);
    } else {
      ++messages_ignored_;
    }
  }
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
          on_candidates(what.candidates);
        } else if constexpr (std::is_same_v<What, signaling::EndOfCandidates>) {
          on_end_of_candidates();
        } else if constexpr (std::is_same_v<What, signaling::Accept>) {
          on_accept(what, now);
        } else if constexpr (std::is_same_v<What, signaling::Accepted>) {
          return;  // it leads to a state, and that is all
        } else if constexpr (std::is_same_v<What, signaling::AnsweredElsewhere>) {
          finish(EndReason::kCancelled, now);
        } else if constexpr (std::is_same_v<What, signaling::MediaReady>) {
          on_media_ready(what, now);
        } else if constexpr (std::is_same_v<What, signaling::MediaState>) {
          on_media_state(what, now);
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
  SOTTO_ASSERT(session().proven());
  environment_.on_proven(session_id(), session().peer());
  if (ended()) return;  // a call of our own goes on in its place
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
  held_offer_ = offer;
  state_deadline_ = now + kRingTimeout;
  if (!servers_) prepare_by_ = now + kServerPatience;
  prepare(now);
}

void CallController::answer_offer(Timestamp now) {
  if (!open_path(now)) return;
  const signaling::Offer offer = *std::exchange(held_offer_, std::nullopt);
  prepare_by_.reset();
  step(CallInput::kPrepared);
  signaling::Ringing ringing;
  path_->describe(ringing);
  ringing.setup = signaling::DtlsSetup::kActive;
  ringing.media = local_media_;
  send(ringing, now);
  if (!set_remote(offer, now)) return;
  path_->add_remote_candidates(std::exchange(held_candidates_, {}));
  if (held_end_of_candidates_) path_->remote_candidates_done();
  if (accept_consent_) {
    step(CallInput::kLocalAccept);
    send_accept(now);
    return;
  }
  timeline_.ringing = now;
  set_state(CallState::kRinging, now);
  if (on_ringing_) std::exchange(on_ringing_, nullptr)();
  if (agree(local_media_, *remote_media_).send_video) prepare_encoder();
}

void CallController::on_candidates(const std::vector<std::string>& candidates) {
  if (path_) {
    path_->add_remote_candidates(candidates);
  } else if (held_candidates_.size() < kMaxHeldCandidates) {
    held_candidates_.insert(held_candidates_.end(), candidates.begin(), candidates.end());
  }
}

void CallController::on_end_of_candidates() {
  if (path_) {
    path_->remote_candidates_done();
  } else {
    held_end_of_candidates_ = true;
  }
}

void CallController::on_ringing(const signaling::Ringing& ringing, Timestamp now) {
  const auto usable = check_description(ringing.media);
  if (!usable || ringing.setup != signaling::DtlsSetup::kActive) {
    log(LogLevel::kWarning, "engine", usable ? "the callee does not open the DTLS handshake" : usable.error().message);
    end(EndReason::kIncompatible, now);
    return;
  }
  remote_media_ = ringing.media;
  state_deadline_ = now + kRingTimeout;
  timeline_.ringing = now;
  if (!set_remote(ringing, now)) return;
  set_state(CallState::kRinging, now);
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
  finish(end_reason_of(hangup.reason, caller_, timeline_.accepted.has_value()), now);
}

// ---- messages that go out

void CallController::send(const CallMessage& message, Timestamp now) { messenger_.send(message, path_.get(), now); }

void CallController::send_offer(Timestamp now) {
  signaling::Offer offer;
  path_->describe(offer);
  offer.setup = signaling::DtlsSetup::kActPass;
  offer.media = local_media_;
  offer.candidates = path_->take_candidates();
  offer.end_of_candidates = path_->take_end_of_candidates();
  send(offer, now);
}

void CallController::send_local_candidates(Timestamp now) {
  const bool described = caller_ ? caller_state_ >= CallerState::kOffered : callee_state_ >= CalleeState::kRinging;
  if (!described || ended() || !path_) return;
  for (auto candidates = path_->take_candidates(); !candidates.empty(); candidates = path_->take_candidates()) {
    send(signaling::Candidates{std::move(candidates)}, now);
  }
  if (path_->take_end_of_candidates()) send(signaling::EndOfCandidates{}, now);
}

void CallController::send_media_ready(Timestamp now) {
  if (!keys_ready_ || !timeline_.accepted || media_ready_sent_) return;
  media_ready_sent_ = true;
  send(signaling::MediaReady{0, own_confirmation_}, now);
}

}  // namespace sotto::engine
