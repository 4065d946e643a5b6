#include "tests/unit/dtls/openssl_clock.hpp"

#include <sys/time.h>

namespace sotto::transport {
namespace {

Timestamp current{};

}  // namespace

void set_openssl_clock(Timestamp now) { current = now; }

}  // namespace sotto::transport

// Takes the place of the C library's function for every library of this process.
extern "C" __attribute__((visibility("default"))) int gettimeofday(timeval* __restrict time,
                                                                   void* __restrict) noexcept {
  const sotto::Duration since_start = sotto::transport::current.time_since_epoch();
  time->tv_sec = static_cast<time_t>(since_start / std::chrono::seconds(1));
  time->tv_usec = static_cast<suseconds_t>((since_start % std::chrono::seconds(1)).count());
  return 0;
}
