#pragma once

#include <netinet/in.h>

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "transport/ice/detail/batch_sender.hpp"
#include "transport/ice/detail/glib_handles.hpp"

namespace sotto::transport {

/// Sends over the pair of candidates that an agent of libnice has selected. Where the pair is direct, that happens past
/// the library: its calls cost a third more for a video frame than a batch on the same socket, and know no
/// segmentation.
class PairSender {
 public:
  /// `agent` outlives the sender.
  PairSender(NiceAgent* agent, guint stream) : agent_(agent), stream_(stream) {}

  /// The agent has selected another pair.
  void pair_changed() { pair_known_ = false; }

  /// Sends a batch. Returns how many datagrams the system or the library took: none while there is no pair.
  size_t send(std::span<const ByteView> datagrams);

 private:
  /// A pair without a relay on our side: its socket and the peer's address.
  struct DirectPair {
    GObjectHandle<GSocket> socket;
    sockaddr_storage to{};
    socklen_t to_length = 0;
  };

  void find_direct_pair();
  size_t send_through_library(std::span<const ByteView> datagrams);

  NiceAgent* agent_;
  guint stream_;
  bool pair_known_ = false;
  std::optional<DirectPair> direct_;
  BatchSender batch_sender_;
  std::vector<GOutputVector> pieces_;
  std::vector<NiceOutputMessage> messages_;
};

}  // namespace sotto::transport
