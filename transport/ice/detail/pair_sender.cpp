#include "transport/ice/detail/pair_sender.hpp"

namespace sotto::transport {
namespace {

constexpr guint kComponent = NICE_COMPONENT_TYPE_RTP;
constexpr int kSocketBufferSize = 512 * 1024;  // bytes; a key frame in one burst, and a reader that comes late

void enlarge_buffers(int descriptor) {
  for (const int option : {SO_SNDBUF, SO_RCVBUF}) {
    // The system may grant less; there is nothing to do about it.
    (void)setsockopt(descriptor, SOL_SOCKET, option, &kSocketBufferSize, sizeof kSocketBufferSize);
  }
}

}  // namespace

size_t PairSender::send(std::span<const ByteView> datagrams) {
  if (!pair_known_) find_direct_pair();
  if (!direct_ || g_socket_is_closed(direct_->socket.get())) return send_through_library(datagrams);
  return batch_sender_.send(g_socket_get_fd(direct_->socket.get()), reinterpret_cast<const sockaddr*>(&direct_->to),
                            direct_->to_length, datagrams);
}

void PairSender::find_direct_pair() {
  direct_.reset();
  NiceCandidate* local = nullptr;
  NiceCandidate* remote = nullptr;
  if (!nice_agent_get_selected_pair(agent_, stream_, kComponent, &local, &remote)) return;
  pair_known_ = true;
  GObjectHandle<GSocket> socket(nice_agent_get_selected_socket(agent_, stream_, kComponent));
  if (!socket) return;  // a relay: only the library knows how to send through it
  DirectPair pair{.socket = std::move(socket)};
  nice_address_copy_to_sockaddr(&remote->addr, reinterpret_cast<sockaddr*>(&pair.to));
  pair.to_length = pair.to.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  enlarge_buffers(g_socket_get_fd(pair.socket.get()));
  direct_ = std::move(pair);
}

size_t PairSender::send_through_library(std::span<const ByteView> datagrams) {
  pieces_.clear();
  messages_.clear();
  for (const ByteView datagram : datagrams) pieces_.push_back({.buffer = datagram.data(), .size = datagram.size()});
  for (GOutputVector& piece : pieces_) messages_.push_back({.buffers = &piece, .n_buffers = 1});
  const gint sent = nice_agent_send_messages_nonblocking(agent_, stream_, kComponent, messages_.data(),
                                                         static_cast<guint>(messages_.size()), nullptr, nullptr);
  return sent < 0 ? 0 : static_cast<size_t>(sent);
}

}  // namespace sotto::transport
