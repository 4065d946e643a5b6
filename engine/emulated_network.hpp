#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/machine.hpp"
#include "base/packet_buffer.hpp"
#include "engine/network_thread.hpp"
#include "transport/emulation/impaired_path.hpp"

namespace sotto::engine {

/// A bad network between a call and its path, for tries: it delays, drops and changes datagrams as an ImpairedPath
/// does, by the network thread's clock. Network thread only.
class EmulatedNetwork : public transport::Path {
 public:
  using Receiver = std::function<void(ByteView datagram, Timestamp arrival)>;

  /// `path` stays as long as this; `receiver` gets what came through, also from inside of receive().
  EmulatedNetwork(transport::Path& path, const transport::LinkProfile& profile, uint64_t seed,
                  std::shared_ptr<PacketPool> pool, NetworkThread& network, Machine& machine, Receiver receiver);

  void send(std::span<const ByteView> datagrams) override;
  /// Takes what the real path received.
  void receive(ByteView datagram, Timestamp arrival);

 private:
  void hand_on(Timestamp now);

  const Receiver receiver_;
  transport::ImpairedPath impaired_;
  const std::unique_ptr<DeadlineTimer> timer_;
};

}  // namespace sotto::engine
