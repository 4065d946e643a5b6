// rooms: sotto_base
#include "transport/datagram_kind.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)sotto::transport::datagram_kind({data, size});
  return 0;
}
