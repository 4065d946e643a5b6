#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "transport/recovery/ulpfec.hpp"

namespace sotto::transport {

/// Finds lost packets of one stream again from those that came and from sums of them (RFC 5109), by elimination over
/// GF(2): whatever the sums determine is found, not only what a single sum has alone. Fed with authentic packets only;
/// what comes out is as good as its sender made it and is to be checked like any packet. Bounded; one thread.
class FecDecoder {
 public:
  struct Recovered {
    int64_t sequence = 0;
    PacketHandle packet{};  ///< a whole RTP packet
  };

  explicit FecDecoder(std::shared_ptr<PacketPool> pool);

  /// Notes an RTP packet as the sender protected it.
  void on_packet(int64_t sequence, ByteView packet);
  /// Takes a payload of sums. `numbers` knows the stream's sequence numbers. False if it is malformed.
  bool on_fec(ByteView payload, const SequenceUnwrapper& numbers);

  /// What was found and not yet taken, in any order.
  std::optional<Recovered> poll(Ssrc ssrc);

 private:
  /// Packets that are remembered: 0.8 s of 300 a second.
  static constexpr size_t kWindow = 256;
  /// Sums that wait for packets. No group has more that help.
  static constexpr size_t kMostSums = 48;
  static constexpr size_t kMostSumsOfAGroup = 12;

  struct Known {
    int64_t sequence = -1;
    FecRow row;
  };
  /// The unknown packets of a sum, and the sum of just these.
  struct Sum {
    int64_t base = 0;
    FecMask unknown{};
    FecRow row{};

    bool has(int64_t sequence) const;
    /// The first unknown packet.
    int64_t pivot() const;
    bool solved() const;
    void add(const Sum& other);
  };

  const FecRow* known(int64_t sequence) const;
  void learn(int64_t sequence, FecRow row);
  void take_off_known(Sum& sum) const;
  void insert(Sum sum);
  void settle();
  void forget_old();

  const std::shared_ptr<PacketPool> pool_;
  std::vector<Known> known_;
  std::vector<Sum> sums_;  // of each group, in reduced echelon form
  std::vector<Sum> touched_;
  std::vector<std::pair<int64_t, FecRow>> found_;
  int64_t newest_ = 0;
};

}  // namespace sotto::transport
