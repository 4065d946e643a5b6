// rooms: sotto_tools_harness
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tools/harness/config.hpp"
#include "tools/harness/stdio_channel.hpp"

// What comes in over a peer's standard input and configuration file. An envelope that is taken is written the same way.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)sotto::tools::parse_config(text).ok();
  const sotto::Result<sotto::Envelope> envelope = sotto::tools::decode_envelope(text);
  if (envelope.ok() && sotto::tools::encode_envelope(envelope.value()) != text) std::abort();
  return 0;
}
