// rooms: sotto_transport_ice
#include "transport/ice/ice_candidate.hpp"

#include "base/assert.hpp"

using namespace sotto::transport;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto candidate = parse_ice_candidate({reinterpret_cast<const char*>(data), size});
  if (!candidate) return 0;
  (void)validate_remote_candidate(*candidate, false);
  // What was understood is written so that it is understood again.
  const auto again = parse_ice_candidate(candidate->line());
  SOTTO_ASSERT(again && again->line() == candidate->line());
  return 0;
}
