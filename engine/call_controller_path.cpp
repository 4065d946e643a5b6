// CallController: the path between the two devices, its keys, and the media session that it carries in the end.
#include <cstdio>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "engine/call_controller.hpp"
#include "engine/relay_uri.hpp"

namespace sotto::engine {
namespace {

std::string to_hex(const Sha256Digest& fingerprint) {
  std::string text;
  for (const uint8_t byte : fingerprint) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%s%02X", text.empty() ? "" : ":", byte);
    text += digits;
  }
  return text;
}

}  // namespace

// ---- path and keys

bool CallController::open_path(Timestamp now) {
  CallPathOptions options;
  options.servers = *servers_;
  options.local_addresses = environment_.options.local_addresses;
  options.emulated_network = environment_.internal.emulated_network;
  options.relay_only =
      environment_.options.relay_only || environment_.hides_address(session().peer().account, terms_.direct);
  if (options.relay_only && !has_relay(options.servers)) {
    log(LogLevel::kWarning, "engine", "the call was to go through relays alone, and there is none");
    end(EndReason::kNoRelay, now);
    return false;
  }
  CallPathCallbacks callbacks;
  // Candidates come several at once, and a change can come from inside of a service: the wake-up gathers them.
  callbacks.on_change = [this] { wake_->notify(); };
  callbacks.on_media = [this](ByteView datagram, Timestamp arrival) { on_media_datagram(datagram, arrival); };
  auto path = CallPath::create(caller_, options, environment_.certificate, environment_.network, environment_.machine,
                               environment_.closing, environment_.pool, std::move(callbacks));
  if (!path) {
    log(LogLevel::kError, "engine", path.error().message);
    end(EndReason::kPathFailed, now);
    return false;
  }
  path_ = std::move(*path);
  security_.local_fingerprint = to_hex(environment_.certificate->fingerprint());
  return true;
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
  // What opens the gate, keys or the accept, may have come right before this and still wait for its turn.
  if (!media_ && !ended() && path_->connected()) service(now);
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

void CallController::prepare_encoder() {
  prepared_encoder_ = std::make_unique<PreparedEncoder>(*environment_.internal.video_codec, environment_.events);
}

void CallController::open_media_if_ready(Timestamp now) {
  if (!gate_ || !secured_ || media_ || ended()) return;
  const MediaChoice choice = agreed_media();
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
  if (consent() != nullptr) options.processing = consent()->media().processing;
  options.on_frame = [record = record_, &machine = environment_.machine](const VideoFrame& frame) {
    record->show(frame, machine.now());
  };
  options.prepared_encoder = prepared_encoder_.get();
  options.audio_codec = environment_.internal.audio_codec;
  options.video_codec = environment_.internal.video_codec;
  options.payload_probe = environment_.internal.payload_probe;
  media_ = std::make_unique<MediaSession>(std::move(*gate_), std::move(options), std::move(*srtp), *capture_,
                                          path_->datagrams(), wake_, environment_.random, environment_.pool,
                                          environment_.machine, now, environment_.internal.clock());
  prepared_encoder_.reset();
  media_since_ = now;
  state_deadline_.reset();
  update_media(now);
}

}  // namespace sotto::engine
