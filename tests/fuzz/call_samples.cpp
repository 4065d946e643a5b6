// rooms: sotto_tools_harness
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tools/harness/call_sample.hpp"

// A table of statistics that another process wrote. What can be read is read the same again when it has been written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto samples = sotto::tools::samples_from_text({reinterpret_cast<const char*>(data), size});
  if (!samples.ok()) return 0;
  const auto again = sotto::tools::samples_from_text(sotto::tools::samples_to_text(*samples));
  if (!again.ok() || *again != *samples) std::abort();
  return 0;
}
