#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/units.hpp"
#include "transport/emulation/link_model.hpp"

namespace sotto::simulation {

/// A download beside the call, in the manner of TCP Reno: a window that grows by one packet a round trip, is halved by
/// a loss, and fills whatever queue there is. Acknowledgements come back after a fixed time and are not lost.
class CrossFlow {
 public:
  static constexpr size_t kPacketSize = 1200;
  static constexpr uint8_t kMark = 0xff;  ///< the first byte of its datagrams: RTP and RTCP never begin so

  CrossFlow(transport::LinkModel& link, Duration way_back) : link_(link), way_back_(way_back) {}

  void start(Timestamp now);
  void on_arrival(ByteView datagram, Timestamp now);
  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);
  uint64_t bytes_delivered() const { return delivered_ * (kPacketSize + transport::LinkModel::kOverhead); }

 private:
  void send_all(Timestamp now);
  void on_acknowledged(uint32_t number, Timestamp now);
  void on_loss(uint32_t number, Timestamp now);

  transport::LinkModel& link_;
  Duration way_back_;
  uint32_t next_ = 0;
  double window_ = 2;
  double threshold_ = 1e9;
  uint32_t recover_ = 0;
  std::map<uint32_t, Timestamp> in_flight_;
  std::multimap<Timestamp, uint32_t> acknowledgements_;
  uint64_t delivered_ = 0;
  bool running_ = false;
};

}  // namespace sotto::simulation
