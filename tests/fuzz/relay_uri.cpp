// rooms: sotto_engine
#include <cstdlib>

#include "engine/relay_uri.hpp"

/// What a server lends is an address and a port, or nothing.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto server = sotto::engine::parse_relay_uri(text)) {
    if (server->address.empty() || server->port == 0) std::abort();
  }
  return 0;
}
