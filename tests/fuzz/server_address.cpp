// rooms: sotto_signaling_link
#include <cstdlib>

#include "signaling/link/server_address.hpp"

using namespace sotto::signaling;

/// An address that is understood is written and read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto address = parse_server_address(text)) {
    const auto again = parse_server_address(to_string(*address));
    if (!again || *again != *address) std::abort();
  }
  if (const auto proxy = parse_proxy_address(text)) {
    if (proxy->host.empty() || proxy->port == 0) std::abort();
  }
  return 0;
}
