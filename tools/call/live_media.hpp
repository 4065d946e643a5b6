#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include <sotto/media_source.hpp>

#include "tools/call/media_feed.hpp"

namespace sotto::tools {

/// Plays a feed as a microphone and a camera, in real time, from a thread of its own, as long as it lives. What comes
/// while the engine has not opened the sources goes nowhere.
class LiveMedia {
 public:
  explicit LiveMedia(std::unique_ptr<MediaFeed> feed);
  ~LiveMedia();
  LiveMedia(const LiveMedia&) = delete;
  LiveMedia& operator=(const LiveMedia&) = delete;

  std::shared_ptr<AudioSource> microphone() const { return microphone_; }
  std::shared_ptr<VideoSource> camera() const { return camera_; }

 private:
  void run();

  const std::unique_ptr<MediaFeed> feed_;
  const std::shared_ptr<PushAudioSource> microphone_ = std::make_shared<PushAudioSource>();
  const std::shared_ptr<PushVideoSource> camera_ = std::make_shared<PushVideoSource>();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace sotto::tools
