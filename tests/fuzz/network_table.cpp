// rooms: sotto_transport_ice
#include "transport/ice/network_table.hpp"

#include "base/assert.hpp"

/// What the kernel says of the network: the same again is never news.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sotto::transport::NetworkTable table;
  (void)table.on_datagram({data, size});
  const size_t known = table.size();
  (void)table.on_datagram({data, size});
  SOTTO_ASSERT(table.size() == known);
  return 0;
}
