#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/export.hpp>
#include <sotto/time.hpp>
#include <sotto/video_frame.hpp>

namespace sotto {

/// 10 ms of mono sound at 48 kHz.
using AudioBlock = std::span<const int16_t, kAudioBlockSamples>;

/// A microphone, or what stands in for one. The engine starts it when the call may capture and never before: at the
/// dial for a caller, at the accept for a callee.
class AudioSource {
 public:
  virtual ~AudioSource() = default;
  /// Begins to hand over blocks, one each 10 ms, with the moment at which the block was complete; from one thread of
  /// the source's own. Called on the engine's event thread; may take its time.
  virtual void start(std::function<void(AudioBlock, Timestamp)> on_block) = 0;
  /// Ends that. After it returns `on_block` is not called again. Called once after each start: a call that is put on
  /// hold stops its sources, and starts them again when it goes on.
  virtual void stop() = 0;
};

/// A camera, or what stands in for one. Started and stopped like an AudioSource.
class VideoSource {
 public:
  virtual ~VideoSource() = default;
  /// Begins to hand over pictures (VideoFrame::time is when each was captured); from one thread of the source's own.
  virtual void start(std::function<void(VideoFrame)> on_frame) = 0;
  virtual void stop() = 0;
};

/// A microphone that the application feeds from a thread of its own; blocks pushed while it is not started are dropped.
class SOTTO_API PushAudioSource final : public AudioSource {
 public:
  void push(AudioBlock block, Timestamp captured);
  void start(std::function<void(AudioBlock, Timestamp)> on_block) override;
  void stop() override;

 private:
  std::mutex mutex_;
  std::function<void(AudioBlock, Timestamp)> on_block_;
};

/// A camera that the application feeds from a thread of its own; frames pushed while it is not started are dropped.
class SOTTO_API PushVideoSource final : public VideoSource {
 public:
  void push(VideoFrame frame);
  void start(std::function<void(VideoFrame)> on_frame) override;
  void stop() override;

 private:
  std::mutex mutex_;
  std::function<void(VideoFrame)> on_frame_;
};

}  // namespace sotto
