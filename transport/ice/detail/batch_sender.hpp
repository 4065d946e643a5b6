#pragma once

#include <sys/socket.h>

#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace sotto::transport {

/// Sends batches of datagrams through a UDP socket with one system call each, and datagrams of one size that follow
/// each other as one segmented send (UDP_SEGMENT), which halves the cost of a video frame. Keeps its tables between
/// calls.
class BatchSender {
 public:
  BatchSender();

  /// Sends all of `datagrams` from `socket` to `to`. Returns how many the system took.
  size_t send(int socket, const sockaddr* to, socklen_t to_length, std::span<const ByteView> datagrams);

 private:
  /// Fills the tables: one message for each run of datagrams that may go as segments.
  void prepare(const sockaddr* to, socklen_t to_length, std::span<const ByteView> datagrams);

  struct Run {
    size_t first = 0;
    size_t count = 0;
  };
  struct alignas(cmsghdr) SegmentSize {
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
  };

  std::vector<Run> runs_;
  std::vector<iovec> pieces_;
  std::vector<SegmentSize> segment_sizes_;
  std::vector<mmsghdr> messages_;
  bool segmentation_works_ = true;
};

}  // namespace sotto::transport
