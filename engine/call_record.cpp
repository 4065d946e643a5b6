#include "engine/call_record.hpp"

#include <utility>

namespace sotto::engine {

CallPeer CallRecord::peer() const {
  const std::lock_guard lock(mutex_);
  return peer_;
}

void CallRecord::set_account(const AccountId& account) {
  const std::lock_guard lock(mutex_);
  peer_.account = account;
}

std::string CallRecord::safety_number() const {
  const std::lock_guard lock(mutex_);
  return safety_number_;
}

void CallRecord::set_safety_number(std::string number) {
  const std::lock_guard lock(mutex_);
  safety_number_ = std::move(number);
}

CallState CallRecord::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

EndReason CallRecord::end_reason() const {
  const std::lock_guard lock(mutex_);
  return end_reason_;
}

bool CallRecord::advance(CallState state, EndReason reason) {
  const std::lock_guard lock(mutex_);
  if (state <= state_) return false;
  state_ = state;
  if (state == CallState::kEnded) {
    end_reason_ = reason;
    sound_ = nullptr;
  }
  return true;
}

void CallRecord::on_state(std::function<void(CallState)> callback) {
  const std::lock_guard lock(mutex_);
  on_state_ = std::make_shared<const std::function<void(CallState)>>(std::move(callback));
}

void CallRecord::on_video(std::function<void(const VideoFrame&)> callback) {
  const std::lock_guard lock(mutex_);
  on_video_ = std::make_shared<const std::function<void(const VideoFrame&)>>(std::move(callback));
}

void CallRecord::tell_state(CallState state) {
  std::shared_ptr<const std::function<void(CallState)>> callback;
  std::shared_ptr<const std::function<void(const VideoFrame&)>> last_picture;
  std::shared_ptr<const std::function<void(const PeerMedia&)>> last_media;
  {
    const std::lock_guard lock(mutex_);
    callback = on_state_;
    if (state == CallState::kEnded) {
      // Nothing follows: what the callbacks hold, the call itself perhaps, is let go.
      on_state_ = nullptr;
      last_picture = std::exchange(on_video_, nullptr);
      last_media = std::exchange(on_peer_media_, nullptr);
    }
  }
  if (callback && *callback) (*callback)(state);
}

void CallRecord::show(const VideoFrame& frame, Timestamp now) {
  std::shared_ptr<const std::function<void(const VideoFrame&)>> callback;
  {
    const std::lock_guard lock(mutex_);
    if (state_ == CallState::kEnded) return;
    if (!first_video_) first_video_ = now;
    callback = on_video_;
  }
  if (callback && *callback) (*callback)(frame);
}

std::optional<Timestamp> CallRecord::first_video() const {
  const std::lock_guard lock(mutex_);
  return first_video_;
}

bool CallRecord::on_hold() const {
  const std::lock_guard lock(mutex_);
  return on_hold_;
}

void CallRecord::set_on_hold(bool on_hold) {
  const std::lock_guard lock(mutex_);
  on_hold_ = on_hold;
}

PeerMedia CallRecord::peer_media() const {
  const std::lock_guard lock(mutex_);
  return peer_media_;
}

bool CallRecord::set_peer_media(const PeerMedia& media) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(peer_media_, media) == media) return false;
  return !std::exchange(peer_media_untold_, true);
}

void CallRecord::on_peer_media(std::function<void(const PeerMedia&)> callback) {
  const std::lock_guard lock(mutex_);
  on_peer_media_ = std::make_shared<const std::function<void(const PeerMedia&)>>(std::move(callback));
}

void CallRecord::tell_peer_media() {
  PeerMedia media;
  std::shared_ptr<const std::function<void(const PeerMedia&)>> callback;
  {
    const std::lock_guard lock(mutex_);
    peer_media_untold_ = false;
    media = peer_media_;
    callback = on_peer_media_;
  }
  if (callback && *callback) (*callback)(media);
}

void CallRecord::set_sound(std::shared_ptr<CallSound> sound) {
  const std::lock_guard lock(mutex_);
  if (state_ != CallState::kEnded) sound_ = std::move(sound);
}

std::shared_ptr<CallSound> CallRecord::sound() const {
  const std::lock_guard lock(mutex_);
  return sound_;
}

void CallRecord::set_final_statistics(CallStatistics statistics) {
  const std::lock_guard lock(mutex_);
  final_statistics_ = std::move(statistics);
}

CallStatistics CallRecord::final_statistics() const {
  const std::lock_guard lock(mutex_);
  return final_statistics_;
}

}  // namespace sotto::engine
