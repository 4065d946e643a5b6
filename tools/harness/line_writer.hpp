#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace sotto::tools {

/// Writes whole lines to a file descriptor in the order of the calls, from a thread of its own, so that no engine
/// thread ever waits for the reader at the other end. Any thread.
class LineWriter {
 public:
  /// Does not own `descriptor`. SIGPIPE must be ignored.
  explicit LineWriter(int descriptor);
  /// Writes what is left, unless the other end is gone.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Queues `line`; its end is added. False, and nothing is queued, if the other end is gone or reads nothing.
  bool write(std::string_view line);

 private:
  void run();

  const int descriptor_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string queued_;
  bool closing_ = false;
  bool broken_ = false;
  std::thread thread_;
};

}  // namespace sotto::tools
