// rooms: sotto_transport_emulation
#include "transport/emulation/link_profile.hpp"

#include "base/assert.hpp"

using namespace sotto;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto profile = transport::parse_link_profile({reinterpret_cast<const char*>(data), size});
  if (!profile) return 0;
  Duration last{};
  for (const auto& change : profile->changes) {
    SOTTO_ASSERT(change.at >= last && change.settings.loss <= 1 && change.settings.burst_loss < 1);
    SOTTO_ASSERT(!change.settings.rate || change.settings.rate->bps() > 0);
    last = change.at;
  }
  return 0;
}
