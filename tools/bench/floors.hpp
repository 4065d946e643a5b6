#pragma once

#include <cstddef>

#include <sotto/result.hpp>

#include "tools/bench/interleaved.hpp"

// What packets cannot cost less than: the cipher alone, and the system's way to the network alone.

namespace sotto::tools {

/// OpenSSL's AES-256-GCM as SRTP uses it on packets of `size` bytes (RFC 7714): 12 bytes of header in the clear, 16 of
/// tag, a context that is keyed once, a nonce for each.
Contestant aes_gcm_seal(size_t size);
Contestant aes_gcm_open(size_t size);

/// Datagrams of `size` bytes from a socket to another over loopback, in batches: sendmmsg and recvmmsg. kUnavailable if
/// the system gives no sockets.
Result<Contestant> udp_send_and_receive(size_t size);

}  // namespace sotto::tools
