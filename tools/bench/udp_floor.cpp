#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "tools/bench/floors.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kBatch = 32;  // as the engine sends; a socket's default buffer holds it
constexpr size_t kBatches = 2;
// Loopback delivers while it sends. Only a machine that stands still waits at all.
constexpr int kPatienceMs = 10'000;

class Sockets {
 public:
  explicit Sockets(size_t size) : sent_bytes_(kBatch, Bytes(size)), received_bytes_(kBatch, Bytes(size)) {
    for (size_t i = 0; i < kBatch; ++i) {
      sent_pieces_[i] = {sent_bytes_[i].data(), size};
      received_pieces_[i] = {received_bytes_[i].data(), size};
      sent_[i].msg_hdr.msg_iov = &sent_pieces_[i];
      received_[i].msg_hdr.msg_iov = &received_pieces_[i];
      sent_[i].msg_hdr.msg_iovlen = received_[i].msg_hdr.msg_iovlen = 1;
      sent_[i].msg_hdr.msg_name = &to_;
      sent_[i].msg_hdr.msg_namelen = sizeof to_;
    }
  }
  ~Sockets() {
    for (const int socket : {from_, at_}) {
      if (socket >= 0) close(socket);
    }
  }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  bool open() {
    from_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    at_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    to_.sin_family = AF_INET;
    to_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof to_;
    return from_ >= 0 && at_ >= 0 && bind(at_, reinterpret_cast<const sockaddr*>(&to_), length) == 0 &&
           getsockname(at_, reinterpret_cast<sockaddr*>(&to_), &length) == 0;
  }

  void exchange() {
    for (size_t sent = 0; sent < kBatch;) sent += send(sent);
    for (size_t received = 0; received < kBatch;) received += receive(received);
  }

 private:
  size_t send(size_t first) {
    const int taken = sendmmsg(from_, &sent_[first], static_cast<unsigned>(kBatch - first), MSG_DONTWAIT);
    if (taken > 0) return static_cast<size_t>(taken);
    wait(from_, POLLOUT);
    return 0;
  }

  size_t receive(size_t first) {
    const int taken = recvmmsg(at_, &received_[first], static_cast<unsigned>(kBatch - first), MSG_DONTWAIT, nullptr);
    if (taken > 0) return static_cast<size_t>(taken);
    wait(at_, POLLIN);
    return 0;
  }

  void wait(int socket, short events) {
    pollfd waited{socket, events, 0};
    const bool again = errno == EAGAIN || errno == EINTR || errno == ENOBUFS;
    if (!again || poll(&waited, 1, kPatienceMs) == 0) {
      throw std::runtime_error(std::string("loopback does not carry datagrams: ") + std::strerror(errno));
    }
  }

  int from_ = -1;
  int at_ = -1;
  sockaddr_in to_{};
  std::vector<Bytes> sent_bytes_;
  std::vector<Bytes> received_bytes_;
  std::array<iovec, kBatch> sent_pieces_{};
  std::array<iovec, kBatch> received_pieces_{};
  std::array<mmsghdr, kBatch> sent_{};
  std::array<mmsghdr, kBatch> received_{};
};

}  // namespace

Result<Contestant> udp_send_and_receive(size_t size) {
  const auto sockets = std::make_shared<Sockets>(size);
  if (!sockets->open()) {
    return Error{ErrorCode::kUnavailable, std::string("no UDP sockets on loopback: ") + std::strerror(errno)};
  }
  return Contestant{kBatch * kBatches, {}, [sockets] {
                      for (size_t i = 0; i < kBatches; ++i) sockets->exchange();
                    }};
}

}  // namespace sotto::tools
