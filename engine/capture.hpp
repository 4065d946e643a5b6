#pragma once

#include <functional>
#include <memory>

#include <sotto/media_source.hpp>

#include "engine/consent.hpp"
#include "engine/event_thread.hpp"
#include "engine/mute_switch.hpp"

namespace sotto::engine {

/// The open microphone and camera of one call: opened by a consent, closed when it goes. Until it is connected
/// everything is discarded but the last packet's worth of sound and the newest picture, so that the first packets can
/// be sent the moment the call is accepted. Network thread.
class Capture {
 public:
  /// A block of the microphone; silence in its place, and `muted`, if the switch did not let it through.
  using AudioHandler = std::function<void(AudioBlock, Timestamp, bool muted)>;
  using VideoHandler = std::function<void(VideoFrame)>;

  /// Opens the sources of `consent` on the event thread.
  Capture(const LocalConsent& consent, std::shared_ptr<MuteSwitch> mute, EventThread& events);
  /// Closes them there; no handler is called after disconnect() or this.
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  bool has_audio() const { return audio_ != nullptr; }
  bool has_video() const { return video_ != nullptr; }

  /// Where sound and pictures go from now on, on the sources' own threads; what was kept goes there at once.
  void connect(AudioHandler on_audio, VideoHandler on_video);
  /// Back to discarding. When it returns, no handler is running.
  void disconnect();

  /// Takes another camera, or none. When it returns, no picture of the one before is on its way to the handler. While
  /// paused, it opens with resume().
  void use_camera(const CameraConsent& consent);
  /// Closes the sources for a while, so that others can have them. When it returns, no handler is running.
  void pause();
  void resume(const ResumeConsent& consent);

 private:
  struct Taps;
  void open_audio();
  void open_video();
  void close_audio();
  void close_video();

  EventThread& events_;
  std::shared_ptr<Taps> taps_;
  std::shared_ptr<AudioSource> audio_;
  std::shared_ptr<VideoSource> video_;
  bool paused_ = false;
};

}  // namespace sotto::engine
