#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "engine/simulation/virtual_machine.hpp"
#include "transport/peer_transport_types.hpp"

namespace sotto::simulation {

/// What went on the wire of one call, in one direction.
struct WireCounts {
  uint64_t datagrams = 0;
  uint64_t bytes = 0;
  uint64_t rtp = 0;
  uint64_t audio = 0;
  uint64_t rtcp = 0;
  uint64_t media_arrived = 0;  ///< what is neither of ICE nor of DTLS, with whatever became of it on the way
};

/// Holds the rules of a call against everything that two engines put on the wire, packet by packet:
///
/// - no media before both have agreed;
/// - sound never waits behind pictures;
/// - no datagram above 1200 bytes;
/// - no SRTP or SRTCP index twice under one SSRC, and so no nonce under one key (RFC 7714 8.1, 9.1).
///
/// It also sums up the call as a number: times, sizes, RTP headers and payloads before they are encrypted.
class WireWatch {
 public:
  /// `both_agreed`: whether one side has dialled and the other accepted. `trace` may be null. The machine stays.
  WireWatch(const VirtualMachine& machine, std::function<bool()> both_agreed, std::FILE* trace);

  void on_payload(int device, transport::MediaKind kind, ByteView payload);
  void on_sent(int device, ByteView datagram);
  void on_arrived(int device, ByteView datagram);

  /// Notes that a rule was broken.
  void fault(const std::string& what);
  /// What was broken, the first of it.
  const std::vector<std::string>& faults() const { return faults_; }
  uint64_t hash() const { return hash_; }
  const WireCounts& counts(int device) const { return ends_.at(device).counts; }

 private:
  /// Which indices were used: all up to the highest, but for those that are missing.
  struct Indices {
    int64_t highest = -1;
    std::set<int64_t> missing;  // below the highest; few, since packets leave nearly in order
  };
  struct End {
    WireCounts counts;
    std::deque<Timestamp> sound_waiting;  // payloads that have not left
    std::map<uint32_t, Indices> rtp;
    std::map<uint32_t, Indices> rtcp;
  };

  void check_consent(int device);
  void on_rtp(int device, ByteView datagram);
  void on_rtcp(int device, ByteView datagram);
  bool use(Indices& indices, int64_t index);
  void mix(ByteView bytes);
  void mix(uint64_t number);

  const VirtualMachine& machine_;
  const std::function<bool()> both_agreed_;
  std::FILE* const trace_;
  std::array<End, 2> ends_;
  std::vector<std::string> faults_;
  uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace sotto::simulation
