#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <sotto/sotto.hpp>

#include "engine/engine_factory.hpp"

namespace sotto::test {

/// How long a test waits for something before it calls it lost. Far above what any of it takes.
inline constexpr std::chrono::seconds kGuard{60};

/// A microphone and a camera in one: a thread that pushes sound each 10 ms and a moving picture each 33 ms while open.
class FakeCapture {
 public:
  FakeCapture();
  ~FakeCapture();
  std::shared_ptr<AudioSource> audio() const { return audio_; }
  std::shared_ptr<VideoSource> video() const { return video_; }
  /// How often either source was opened.
  int starts() const { return starts_; }
  bool open() const { return open_ > 0; }

 private:
  class Audio;
  class Video;
  void run();

  std::atomic<int> starts_ = 0;
  std::atomic<int> open_ = 0;
  std::atomic<bool> stopping_ = false;
  std::shared_ptr<PushAudioSource> audio_push_ = std::make_shared<PushAudioSource>();
  std::shared_ptr<PushVideoSource> video_push_ = std::make_shared<PushVideoSource>();
  std::shared_ptr<AudioSource> audio_;
  std::shared_ptr<VideoSource> video_;
  std::thread thread_;
};

/// One person with an engine on loopback: keeps what the call tells and lets a test wait for it.
class TestDevice {
 public:
  explicit TestDevice(std::shared_ptr<SignalingChannel> channel, Duration peer_gone_after = std::chrono::seconds(30));
  /// `adjust` may change what the engine is made with.
  using Adjust = std::function<void(EngineOptions&, engine::InternalOptions&)>;
  TestDevice(Identity identity, std::shared_ptr<SignalingChannel> channel, const Adjust& adjust);
  explicit TestDevice(
      InProcessHub& hub, const Adjust& adjust = [](EngineOptions&, engine::InternalOptions&) {});
  ~TestDevice();

  Engine& engine() { return *engine_; }
  const Identity& identity() const { return identity_; }
  FakeCapture& capture() { return capture_; }
  CallMedia media() { return {capture_.audio(), capture_.video(), true, true, AudioProcessing::none()}; }
  /// Makes each the other's contact.
  void know(TestDevice& other);
  Result<std::shared_ptr<Call>> dial(const TestDevice& other);
  Result<std::shared_ptr<Call>> dial(const TestDevice& other, CallMedia media);

  /// The call that rang here last; waits for one.
  std::shared_ptr<Call> wait_for_incoming();
  /// Forgets what was seen of the last call.
  void reset();
  /// Ends the engine; the calls' handles stay.
  void close_engine() { engine_.reset(); }

 private:
  TestDevice(Identity identity, InProcessHub& hub, const Adjust& adjust);

  Identity identity_;
  FakeCapture capture_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Call> incoming_;
  std::unique_ptr<Engine> engine_;
};

/// Follows one call: states and pictures.
class CallWatch {
 public:
  explicit CallWatch(std::shared_ptr<Call> call);
  /// Waits until the call is in `state` or past it; false if the guard ran out.
  bool wait_for(CallState state);
  /// Waits for that many pictures.
  bool wait_for_frames(int count);
  int frames() const;
  Call& call() { return *call_; }

 private:
  struct Seen {
    mutable std::mutex mutex;
    std::condition_variable changed;
    CallState state = CallState::kDialing;
    int frames = 0;
  };
  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
  std::shared_ptr<Call> call_;
};

/// Plays until sound was heard, at most as long as the guard.
bool hear(Call& call);

}  // namespace sotto::test
