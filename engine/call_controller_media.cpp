// CallController: what of each side's media flows in an accepted call. A message of the other side says what it sends,
// and may keep this side from sending for a while; it opens nothing here.
#include <utility>

#include "engine/call_controller.hpp"

namespace sotto::engine {
namespace {

Error not_accepted() { return {ErrorCode::kRefused, "the call is not accepted yet, or is over"}; }

}  // namespace

MediaChoice CallController::agreed_media() const {
  MediaChoice choice = remote_media_ ? agree(local_media_, *remote_media_) : MediaChoice{};
  const MediaChoice consented = local_choice();
  choice.send_audio = choice.send_audio && consented.send_audio && accepted_media_.audio;
  choice.send_video = choice.send_video && consented.send_video && accepted_media_.video;
  choice.receive_audio = choice.receive_audio && consented.receive_audio && accepted_media_.audio;
  choice.receive_video = choice.receive_video && consented.receive_video && accepted_media_.video;
  return choice;
}

Result<void> CallController::set_camera(const CameraConsent& consent, Timestamp now) {
  if (!step(CallInput::kLocalMedia) || !capture_) return not_accepted();
  // Before the accept the other side may still say that it wants no pictures: then they go nowhere.
  const bool possible = timeline_.accepted ? agreed_media().send_video : local_choice().send_video;
  if (consent.camera() && !possible) return Error{ErrorCode::kRefused, "this call was made without pictures"};
  if (media_) media_->set_sending(flows(), false);  // nothing of the old camera from here on
  capture_->use_camera(consent);
  update_media(now);
  service(now);
  return {};
}

void CallController::tell_muted(Timestamp now) {
  if (!step(CallInput::kLocalMedia)) return;
  update_media(now);
  service(now);
}

Result<void> CallController::hold(Timestamp now) {
  if (!step(CallInput::kLocalHold) || !capture_) return not_accepted();
  on_hold_ = true;
  update_media(now);
  capture_->pause();
  service(now);
  return {};
}

Result<void> CallController::resume(const ResumeConsent& consent, Timestamp now) {
  if (!step(CallInput::kLocalResume) || !capture_) return not_accepted();
  on_hold_ = false;
  capture_->resume(consent);
  update_media(now);
  service(now);
  return {};
}

signaling::MediaState CallController::own_media_state() const {
  return {
      .audio = capture_->has_audio() && !record_->mute()->muted(), .video = capture_->has_video(), .on_hold = on_hold_};
}

void CallController::update_media(Timestamp now) {
  record_->set_on_hold(on_hold_);
  if (!timeline_.accepted || ended() || !capture_) return;
  const signaling::MediaState own = own_media_state();
  if (own != told_) {
    told_ = own;
    send(own, now);
  }
  update_peer_media();
  if (!media_) return;
  // What a muted microphone sends is for the sound path to say.
  media_->set_sending(flows(), flows() && own.video);
  media_->set_receiving(!on_hold_);
  record_->set_sound(media_->sound());
}

void CallController::update_peer_media() {
  const MediaChoice agreed = agreed_media();
  const PeerMedia media{.audio = agreed.receive_audio && heard_.audio && !heard_.on_hold,
                        .video = agreed.receive_video && heard_.video && !heard_.on_hold,
                        .on_hold = heard_.on_hold};
  const bool camera_changed = media.video != record_->peer_media().video;
  if (camera_changed && media_) media_->on_peer_camera();
  if (record_->set_peer_media(media)) environment_.events.post([record = record_] { record->tell_peer_media(); });
}

void CallController::on_media_state(const signaling::MediaState& state, Timestamp now) {
  heard_ = state;
  update_media(now);
}

}  // namespace sotto::engine
