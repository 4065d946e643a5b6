#pragma once

#include <sotto/time.hpp>

namespace sotto::transport {

/// The clock that OpenSSL runs its DTLS timers by. In this program it stands still, but for what tests set: the time of
/// day that libssl asks for is answered by openssl_clock.cpp instead of the system.
void set_openssl_clock(Timestamp now);

}  // namespace sotto::transport
