// RAND_METHOD is the one way into OpenSSL 3.0's random numbers that needs no provider of one's own.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "engine/simulation/repeatable_openssl.hpp"

#include <openssl/rand.h>
#include <sys/time.h>

#include <ctime>
#include <optional>

#include "base/assert.hpp"
#include "base/random.hpp"

namespace sotto::simulation {
namespace {

// Which simulation runs: OpenSSL's hooks carry no argument of ours.
const VirtualMachine* running = nullptr;
std::optional<SeededRandom> seeded;

int seeded_bytes(unsigned char* out, int size) {
  seeded->fill({out, static_cast<size_t>(size)});
  return 1;
}
int seeded_status() { return 1; }

const RAND_METHOD kSeededMethod = {.seed = nullptr,
                                   .bytes = seeded_bytes,
                                   .cleanup = nullptr,
                                   .add = nullptr,
                                   .pseudorand = seeded_bytes,
                                   .status = seeded_status};

}  // namespace

RepeatableOpenSsl::RepeatableOpenSsl(const VirtualMachine& machine, uint64_t seed) {
  SOTTO_ASSERT(running == nullptr);
  running = &machine;
  seeded.emplace(seed);
  SOTTO_ASSERT(RAND_set_rand_method(&kSeededMethod) == 1);
}

RepeatableOpenSsl::~RepeatableOpenSsl() {
  SOTTO_ASSERT(RAND_set_rand_method(nullptr) == 1);
  seeded.reset();
  running = nullptr;
}

}  // namespace sotto::simulation

// In the place of the C library's, for libssl and libcrypto: a symbol of the program goes before those of libraries.
extern "C" [[gnu::visibility("default")]] int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  using namespace sotto::simulation;
  if (running != nullptr) {
    // The date in milliseconds, the rest from the clock: both go on together.
    const int64_t seconds = std::chrono::floor<std::chrono::seconds>(running->date()).time_since_epoch().count();
    *time = {.tv_sec = seconds, .tv_usec = running->now().time_since_epoch().count() % 1'000'000};
    return 0;
  }
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return result;
}

extern "C" [[gnu::visibility("default")]] time_t time(time_t* out) noexcept {
  timeval now{};
  gettimeofday(&now, nullptr);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}
