#pragma once

#include <span>

#include "base/bytes.hpp"

namespace sotto::transport {

/// The way to the peer for whole datagrams: made by ICE, by the simulated network, or a wrapper around another one.
class Path {
 public:
  virtual ~Path() = default;

  /// Sends a batch of datagrams, in order. What cannot be sent now is dropped and counted: media that waits is worth
  /// less than media that is lost. Network thread only.
  virtual void send(std::span<const ByteView> datagrams) = 0;
};

}  // namespace sotto::transport
