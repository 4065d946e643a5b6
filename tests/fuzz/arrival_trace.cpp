// rooms: sotto_tools_bench_audio
#include "tools/bench_audio/arrival_trace.hpp"

#include "base/assert.hpp"

using namespace sotto;

/// What is read stays within its limits, and reads the same when it is written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tools::ArrivalTrace;
  const auto trace = tools::parse_arrival_trace({reinterpret_cast<const char*>(data), size});
  if (!trace) return 0;
  SOTTO_ASSERT(trace->sent > 0 && trace->sent <= ArrivalTrace::kMostPackets);
  for (const tools::TracePacket& packet : trace->packets) {
    SOTTO_ASSERT(packet.number >= 0 && packet.number < trace->sent);
    if (!packet.arrival) continue;
    const Duration transit = ArrivalTrace::transit(packet);
    SOTTO_ASSERT(transit >= Duration::zero() && transit <= ArrivalTrace::kLongestTransit);
  }
  const auto again = tools::parse_arrival_trace(tools::arrival_trace_text(*trace, "again"));
  SOTTO_ASSERT(again.ok() && *again == *trace);
  return 0;
}
