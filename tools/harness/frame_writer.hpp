#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include <sotto/video_frame.hpp>

namespace sotto::tools {

/// Writes received pictures to files of their own from a thread of its own, so that the decode thread does not wait for
/// the disk. Any thread.
class FrameWriter {
 public:
  /// `folder` exists.
  explicit FrameWriter(std::string folder);
  /// Writes what is waiting, then joins.
  ~FrameWriter();
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;

  /// Queues the picture for the file <number>_<width>x<height>.i420. Holds on to it meanwhile, copies nothing. Left out
  /// if the disk cannot keep up.
  void write(VideoFrame frame, int64_t number);

 private:
  struct Entry {
    VideoFrame frame;
    int64_t number;
  };
  void run();

  const std::string folder_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> queue_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace sotto::tools
