#pragma once

#include <functional>
#include <thread>

#include <sotto/signaling_channel.hpp>

namespace sotto::test {

/// Signalling over one end of a socket pair (SOCK_SEQPACKET): an envelope is a packet of account, device and blob.
class SocketChannel : public SignalingChannel {
 public:
  /// Owns `socket`.
  explicit SocketChannel(int socket) : socket_(socket) {}
  ~SocketChannel() override;

  void start(std::function<void(Envelope)> on_envelope) override;
  void stop() override;
  Result<void> send(Envelope envelope) override;

 private:
  int socket_;
  std::thread reader_;
};

}  // namespace sotto::test
