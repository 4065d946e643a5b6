#include "transport/ice/detail/batch_sender.hpp"

#include <netinet/in.h>
#include <netinet/udp.h>

#include <cerrno>
#include <cstring>

namespace sotto::transport {
namespace {

constexpr size_t kUsualBatch = 32;             // what a media session hands over at once, at the most
constexpr size_t kMaxSegments = 64;            // UDP_MAX_SEGMENTS of Linux
constexpr size_t kMaxSegmentedBytes = 60'000;  // all segments together pass the stack as one IP packet of 64 KiB

/// How many of `datagrams` can go as segments of one send: all of one size, but for the last, which may be shorter.
size_t run_length(std::span<const ByteView> datagrams) {
  const size_t size = datagrams.front().size();
  size_t count = 1;
  size_t bytes = size;
  while (count < datagrams.size() && count < kMaxSegments) {
    const size_t next = datagrams[count].size();
    if (next == 0 || next > size || bytes + next > kMaxSegmentedBytes) break;
    ++count;
    bytes += next;
    if (next < size) break;
  }
  return count;
}

/// Whether this error means that the system, not the network, objects to segmented sends.
bool objects_to_segments(int error) {
  return error == EINVAL || error == EIO || error == EMSGSIZE || error == ENOPROTOOPT || error == EOPNOTSUPP;
}

}  // namespace

BatchSender::BatchSender() {
  runs_.reserve(kUsualBatch);
  pieces_.reserve(kUsualBatch);
  segment_sizes_.reserve(kUsualBatch);
  messages_.reserve(kUsualBatch);
}

void BatchSender::prepare(const sockaddr* to, socklen_t to_length, std::span<const ByteView> datagrams) {
  runs_.clear();
  pieces_.clear();
  for (size_t i = 0; i < datagrams.size();) {
    const size_t count = segmentation_works_ ? run_length(datagrams.subspan(i)) : 1;
    runs_.push_back({.first = i, .count = count});
    i += count;
  }
  for (const ByteView datagram : datagrams) {
    pieces_.push_back({.iov_base = const_cast<uint8_t*>(datagram.data()), .iov_len = datagram.size()});
  }
  segment_sizes_.resize(runs_.size());
  messages_.assign(runs_.size(), mmsghdr{});
  for (size_t i = 0; i < runs_.size(); ++i) {
    msghdr& message = messages_[i].msg_hdr;
    message.msg_name = const_cast<sockaddr*>(to);
    message.msg_namelen = to_length;
    message.msg_iov = &pieces_[runs_[i].first];
    message.msg_iovlen = runs_[i].count;
    if (runs_[i].count == 1) continue;
    message.msg_control = segment_sizes_[i].bytes;
    message.msg_controllen = sizeof segment_sizes_[i].bytes;
    cmsghdr* control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const auto size = static_cast<uint16_t>(pieces_[runs_[i].first].iov_len);
    std::memcpy(CMSG_DATA(control), &size, sizeof size);
  }
}

size_t BatchSender::send(int socket, const sockaddr* to, socklen_t to_length, std::span<const ByteView> datagrams) {
  size_t taken = 0;
  while (!datagrams.empty()) {
    prepare(to, to_length, datagrams);
    size_t done = 0;  // runs
    bool start_over = false;
    while (done < runs_.size() && !start_over) {
      const auto left = static_cast<unsigned>(runs_.size() - done);
      const int sent = sendmmsg(socket, &messages_[done], left, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) {
        for (int i = 0; i < sent; ++i) taken += runs_[done++].count;
      } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
        return taken;
      } else if (runs_[done].count > 1 && objects_to_segments(errno)) {
        segmentation_works_ = false;
        start_over = true;
      } else if (errno != EINTR) {
        ++done;  // the network refuses this one (no route, say): the next has its own chance
      }
    }
    datagrams = start_over ? datagrams.subspan(runs_[done].first) : std::span<const ByteView>{};
  }
  return taken;
}

}  // namespace sotto::transport
