#include "tests/network/two_processes/socket_channel.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace sotto::test {

SocketChannel::~SocketChannel() {
  stop();
  close(socket_);
}

void SocketChannel::start(std::function<void(Envelope)> on_envelope) {
  reader_ = std::thread([this, on_envelope = std::move(on_envelope)] {
    std::vector<uint8_t> packet(kMaxBlobSize + 64);
    for (;;) {
      const ssize_t size = recv(socket_, packet.data(), packet.size(), 0);
      if (size <= 0) return;
      ByteReader reader(ByteView(packet).first(static_cast<size_t>(size)));
      Envelope envelope;
      reader.copy_to(envelope.account);
      reader.copy_to(envelope.device);
      envelope.blob.assign(reader.rest().begin(), reader.rest().end());
      if (reader.ok()) on_envelope(std::move(envelope));
    }
  });
}

void SocketChannel::stop() {
  if (!reader_.joinable()) return;
  shutdown(socket_, SHUT_RDWR);
  reader_.join();
}

Result<void> SocketChannel::send(Envelope envelope) {
  Bytes packet;
  append(packet, envelope.account);
  append(packet, envelope.device);
  append(packet, envelope.blob);
  // The other process may be gone: that is for the call to notice, not for the channel.
  (void)::send(socket_, packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return {};
}

}  // namespace sotto::test
