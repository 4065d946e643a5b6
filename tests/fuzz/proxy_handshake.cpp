// rooms: sotto_signaling_client
#include <cstdlib>

#include "signaling/client/proxy_handshake.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

void check(ProxyAddress::Kind kind, ByteReader input) {
  ProxyHandshake handshake({kind, "proxy", 1, input.u8() % 2 == 0 ? "" : "user", "password"},
                           {"server.example", 7443, std::nullopt});
  while (!input.at_end()) {
    (void)handshake.take_output();
    handshake.feed(input.take(std::min<size_t>(size_t{1} + input.u8(), input.remaining())));
    if (handshake.done() && handshake.failure()) std::abort();
    if (handshake.failure() && handshake.failure()->explanation.empty()) std::abort();
  }
}

}  // namespace

/// The answers of a proxy, in pieces of any size.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView input(data, size);
  check(ProxyAddress::Kind::kHttpConnect, ByteReader(input));
  check(ProxyAddress::Kind::kSocks5, ByteReader(input));
  return 0;
}
