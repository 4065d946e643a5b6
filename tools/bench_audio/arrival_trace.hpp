#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

namespace sotto::tools {

/// What became of one packet of sound.
struct TracePacket {
  int64_t number = 0;               ///< which of the packets, one each 20 ms; the first is 0
  std::optional<Duration> arrival;  ///< since packet 0 was sent; nothing if it was lost
  size_t bytes = 0;                 ///< of its payload

  bool operator==(const TracePacket&) const = default;
};

/// How a path treated a stream of packets, one sent each 20 ms: what a replay of sound over the same path needs. As
/// text it is a table, comma-separated, with a line a packet:
///
///     # whatever is to be said of it
///     sequence,arrived_ms,bytes
///     0,25.000,80
///     1,lost,80
///     2,71.250,80
///
/// Sequence numbers may begin anywhere, and those that are left out were lost; lines may stand in any order but for the
/// first, which has the lowest number. Times are counted from when that first packet was sent. A packet that came twice
/// has two lines.
struct ArrivalTrace {
  static constexpr Duration kPacketTime = 20ms;
  static constexpr int64_t kMostPackets = 30'000;  ///< ten minutes
  static constexpr size_t kMostLines = 2 * kMostPackets;
  static constexpr Duration kLongestTransit = 60s;

  int64_t sent = 0;                  ///< packets in all
  std::vector<TracePacket> packets;  ///< as they stand in the text; numbers are less than `sent`

  /// How long the packet was on its way; it has arrived.
  static Duration transit(const TracePacket& packet) { return *packet.arrival - packet.number * kPacketTime; }

  bool operator==(const ArrivalTrace&) const = default;
};

/// Reads the text; kMalformed says in which line something is wrong.
Result<ArrivalTrace> parse_arrival_trace(std::string_view text);

/// Reads it from a file. An error names the file as well.
Result<ArrivalTrace> read_arrival_trace(const std::string& path);

/// Writes it, with `remark` as its first line; times to the microsecond.
std::string arrival_trace_text(const ArrivalTrace& trace, std::string_view remark);

}  // namespace sotto::tools
