#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "transport/congestion/bandwidth_estimator.hpp"

namespace sotto::transport {

/// Decides how many earlier packets each packet of sound should carry copies of (RFC 2198), by what was lost before.
///
/// With so many copies, a packet is lost for good only with as many packets after it. So one copy more saves one packet
/// of each run of losses that is longer than the copies there are: what it would have saved lately is counted, however
/// losses are spread, and it is used where that is worth its rate and the delay of waiting for it. An outage is one
/// long run, and asks for nothing. Until something is known, one copy is right: the first words of a call are to be
/// heard.
class RedundancyControl {
 public:
  static constexpr int kMostCopies = 3;

  /// Notes that the packet with this transport-wide number carries sound.
  void on_sent(int64_t sequence);
  /// What the peer told anew, of packets of any kind.
  void on_feedback(std::span<const PacketResult> results);
  /// Where there is no transport-wide feedback: the part that was lost, by a receiver report (RFC 3550 6.4.1).
  void on_fraction_lost(double fraction);

  /// How many copies are worth it.
  int copies() const { return copies_; }

 private:
  static constexpr size_t kWindow = 256;  ///< packets; about 5 s

  enum class Fate : uint8_t { kUnknown, kLost, kArrived };
  struct Sent {
    int64_t sequence = 0;
    Fate fate = Fate::kUnknown;
  };
  /// The part of all packets that each copy more saves.
  using Savings = std::array<double, kMostCopies>;

  Sent& at(size_t index) { return sent_[index % kWindow]; }
  const Sent& at(size_t index) const { return sent_[index % kWindow]; }
  Sent* find(int64_t sequence);
  size_t known() const;
  Savings savings_of(size_t packets, double least_base) const;
  void decide(const Savings& savings);

  std::array<Sent, kWindow> sent_{};
  size_t sent_count_ = 0;  // in all
  int copies_ = 1;
};

}  // namespace sotto::transport
