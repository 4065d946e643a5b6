#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "transport/emulation/link_model.hpp"
#include "transport/path.hpp"

namespace sotto::transport {

/// A bad network around a good path: what is sent goes through one emulated link, what comes through another. It sees
/// ciphertext only. Network thread only.
///
///     send() -> [link] -> the real path        receive() -> [link] -> poll_received()
///
/// Its owner hands it what the real path receives, calls on_deadline() when next_deadline() says so, and after each of
/// receive() and on_deadline() takes what poll_received() has.
class ImpairedPath : public Path {
 public:
  /// Both links follow `profile`, with different chances. `path` stays as long as this. `clock` says the time to
  /// send(), which is not told.
  ImpairedPath(Path& path, const LinkProfile& profile, uint64_t seed, std::shared_ptr<PacketPool> pool,
               std::function<Timestamp()> clock);

  void send(std::span<const ByteView> datagrams) override;

  /// Takes a datagram that the real path received.
  void receive(ByteView datagram, Timestamp now) { incoming_.send(datagram, now); }
  /// The next datagram that has come through by `now`; null if there is none.
  PacketHandle poll_received(Timestamp now) { return incoming_.poll(now); }

  std::optional<Timestamp> next_deadline() const;
  /// Hands on to the real path what has come through by `now`.
  void on_deadline(Timestamp now);

  const LinkCounts& outgoing() const { return outgoing_.counts(); }
  const LinkCounts& incoming() const { return incoming_.counts(); }

 private:
  Path& path_;
  std::function<Timestamp()> clock_;
  LinkModel outgoing_;
  LinkModel incoming_;
  std::vector<PacketHandle> batch_;
  std::vector<ByteView> views_;
};

}  // namespace sotto::transport
