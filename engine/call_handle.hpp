#pragma once

#include <memory>

#include <sotto/call.hpp>

#include "engine/call_record.hpp"

namespace sotto::engine {

class CallController;
class EngineCore;

/// What the application holds of a call. The last one that goes ends the call.
class CallHandle final : public Call {
 public:
  CallHandle(std::weak_ptr<EngineCore> core, std::shared_ptr<CallRecord> record)
      : core_(std::move(core)), record_(std::move(record)) {}
  ~CallHandle() override;

  CallState state() const override { return record_->state(); }
  EndReason end_reason() const override { return record_->end_reason(); }
  AccountId peer() const override { return record_->peer().account; }
  std::string name() const override { return record_->peer().name; }
  bool peer_known() const override { return record_->peer().known; }
  bool incoming() const override { return record_->incoming(); }
  Result<void> accept(CallMedia media) override;
  Result<void> decline() override;
  void hang_up() override;
  Result<void> set_camera(std::shared_ptr<VideoSource> camera) override;
  Result<void> hold() override;
  Result<void> resume() override;
  bool on_hold() const override { return record_->on_hold(); }
  PeerMedia peer_media() const override { return record_->peer_media(); }
  void on_peer_media(std::function<void(const PeerMedia&)> callback) override {
    record_->on_peer_media(std::move(callback));
  }
  void on_state(std::function<void(CallState)> callback) override { record_->on_state(std::move(callback)); }
  void on_video(std::function<void(const VideoFrame&)> callback) override { record_->on_video(std::move(callback)); }
  void play(std::span<int16_t, kAudioBlockSamples> block) override;
  void set_muted(bool muted) override;
  bool muted() const override { return record_->mute()->muted(); }
  CallStatistics statistics() const override;

 private:
  void end(EndReason reason);
  /// Does something with the call, and waits for it. kRefused if the call is over.
  Result<void> change(const std::function<Result<void>(CallController& call, Timestamp now)>& what);

  std::weak_ptr<EngineCore> core_;
  std::shared_ptr<CallRecord> record_;
};

}  // namespace sotto::engine
