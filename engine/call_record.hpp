#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <sotto/call.hpp>

#include "media/audio/audio_receiver.hpp"

namespace sotto::engine {

/// What of a call is seen from all threads: written by its controller on the network thread, read by the application.
/// Holds no lock while a callback runs.
class CallRecord {
 public:
  CallRecord(bool incoming, AccountId peer) : incoming_(incoming), peer_(peer) {}

  bool incoming() const { return incoming_; }
  AccountId peer() const { return peer_; }

  CallState state() const;
  EndReason end_reason() const;
  /// States only move forward: false, and no change, if it would not. `reason` counts with kEnded.
  bool advance(CallState state, EndReason reason = EndReason::kNone);

  void on_state(std::function<void(CallState)> callback);
  void on_video(std::function<void(const VideoFrame&)> callback);
  /// Calls the application; after kEnded its callbacks are forgotten. Event thread.
  void tell_state(CallState state);
  /// Calls the application, and notes the first picture. Decode thread.
  void show(const VideoFrame& frame);
  std::optional<Timestamp> first_video() const;

  void set_playing(std::shared_ptr<media::AudioReceiver> receiver);
  /// What is to be played, null if nothing is.
  std::shared_ptr<media::AudioReceiver> playing() const;

  /// What statistics() says once the controller is gone.
  void set_final_statistics(CallStatistics statistics);
  CallStatistics final_statistics() const;

 private:
  const bool incoming_;
  const AccountId peer_;
  mutable std::mutex mutex_;
  CallState state_ = CallState::kDialing;
  EndReason end_reason_ = EndReason::kNone;
  std::shared_ptr<const std::function<void(CallState)>> on_state_;
  std::shared_ptr<const std::function<void(const VideoFrame&)>> on_video_;
  std::optional<Timestamp> first_video_;
  std::shared_ptr<media::AudioReceiver> playing_;
  CallStatistics final_statistics_;
};

}  // namespace sotto::engine
