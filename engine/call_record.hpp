#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <sotto/call.hpp>

#include "engine/call_sound.hpp"
#include "engine/mute_switch.hpp"

namespace sotto::engine {

/// Who is at the other end, as the application is told.
struct CallPeer {
  AccountId account{};
  std::string name;
  bool known = false;     ///< A contact when the call began.
  bool verified = false;  ///< Its safety number had been compared.
};

/// What of a call is seen from all threads: written by its controller on the network thread, read by the application.
/// Holds no lock while a callback runs.
class CallRecord {
 public:
  CallRecord(bool incoming, CallPeer peer) : incoming_(incoming), peer_(std::move(peer)) {}

  bool incoming() const { return incoming_; }
  CallPeer peer() const;
  /// A name has been looked up.
  void set_account(const AccountId& account);
  std::string safety_number() const;
  void set_safety_number(std::string number);

  CallState state() const;
  EndReason end_reason() const;
  /// States only move forward: false, and no change, if it would not. `reason` counts with kEnded.
  bool advance(CallState state, EndReason reason = EndReason::kNone);

  void on_state(std::function<void(CallState)> callback);
  void on_video(std::function<void(const VideoFrame&)> callback);
  /// Calls the application; after kEnded its callbacks are forgotten. Event thread.
  void tell_state(CallState state);
  /// Calls the application, and notes the first picture. Decode thread.
  void show(const VideoFrame& frame, Timestamp now);
  std::optional<Timestamp> first_video() const;

  void set_sound(std::shared_ptr<CallSound> sound);
  /// Where what is to be played comes from, null before the call has sound.
  std::shared_ptr<CallSound> sound() const;
  /// Of the microphone.
  const std::shared_ptr<MuteSwitch>& mute() const { return mute_; }

  bool on_hold() const;
  void set_on_hold(bool on_hold);
  PeerMedia peer_media() const;
  /// Whether the application has to be told, by tell_peer_media(). Not if that is still to come for an earlier change.
  bool set_peer_media(const PeerMedia& media);
  void on_peer_media(std::function<void(const PeerMedia&)> callback);
  /// Calls the application with how things stand now. Event thread.
  void tell_peer_media();

  /// What statistics() says once the controller is gone.
  void set_final_statistics(CallStatistics statistics);
  CallStatistics final_statistics() const;

 private:
  const bool incoming_;
  mutable std::mutex mutex_;
  CallPeer peer_;
  std::string safety_number_;
  CallState state_ = CallState::kDialing;
  EndReason end_reason_ = EndReason::kNone;
  std::shared_ptr<const std::function<void(CallState)>> on_state_;
  std::shared_ptr<const std::function<void(const VideoFrame&)>> on_video_;
  std::shared_ptr<const std::function<void(const PeerMedia&)>> on_peer_media_;
  bool on_hold_ = false;
  PeerMedia peer_media_;
  bool peer_media_untold_ = false;
  std::optional<Timestamp> first_video_;
  std::shared_ptr<CallSound> sound_;
  const std::shared_ptr<MuteSwitch> mute_ = std::make_shared<MuteSwitch>();
  CallStatistics final_statistics_;
};

}  // namespace sotto::engine
