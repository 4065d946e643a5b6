#include "transport/dtls/client_hello.hpp"

#include <algorithm>

#include "transport/dtls/detail/dtls_record.hpp"

namespace sotto::transport {
namespace {

constexpr uint8_t kClientHello = 1;  // RFC 5246 A.4

/// Reads a handshake message's fragment:
///
///     type 1 | length 3 | number 2 | fragment offset 3 | fragment length 3 | client version 2 | random 32 | ...
std::optional<ClientHelloRandom> random_of(ByteView fragment) {
  ByteReader reader(fragment);
  const uint8_t type = reader.u8();
  reader.skip(3 + 2);
  const uint32_t offset = reader.u24();
  ByteReader hello(reader.take(reader.u24()));
  hello.skip(2);
  ClientHelloRandom random{};
  const ByteView bytes = hello.take(random.size());
  if (!reader.ok() || !hello.ok() || type != kClientHello || offset != 0) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), random.begin());
  return random;
}

}  // namespace

std::optional<ClientHelloRandom> client_hello_random(ByteView datagram) {
  while (const auto record = take_record(datagram)) {
    if (record->type != kHandshakeRecord || record->epoch != 0 || !is_plausible(*record)) continue;
    if (const auto random = random_of(record->fragment)) return random;
  }
  return std::nullopt;
}

}  // namespace sotto::transport
