// rooms: sotto_signaling_identity
#include <algorithm>
#include <cstdlib>

#include "signaling/identity/device_identity.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'000)};

Bytes valid_identity() {
  SeededRandom random(1);
  DeviceIdentity identity = DeviceIdentity::create(random, kNow);
  identity.renew(kNow + std::chrono::days(8), random);
  const SecretBytes serialized = identity.serialize();
  return {serialized.view().begin(), serialized.view().end()};
}

}  // namespace

/// The inside of an identity file, spoiled in a few places: either it is refused, or it is an identity that lives on.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Bytes valid = valid_identity();
  ByteReader input({data, size});
  Bytes bytes = valid;
  for (int edits = input.u8() % 4; edits > 0 && !input.at_end(); --edits) {
    const size_t at = input.u16() % (bytes.size() + 1);
    const ByteView piece = input.take(std::min<size_t>(input.u8() % 48, input.remaining()));
    const size_t cut = std::min<size_t>(input.u8() % 48, bytes.size() - at);
    const auto place = bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                   bytes.begin() + static_cast<std::ptrdiff_t>(at + cut));
    bytes.insert(place, piece.begin(), piece.end());
  }
  Result<DeviceIdentity> identity = DeviceIdentity::parse(bytes);
  if (!identity) return 0;
  if (!DeviceIdentity::parse(identity->serialize().view())) std::abort();
  SeededRandom random(2);
  identity->renew(kNow + std::chrono::days(100), random);
  if (!DeviceIdentity::parse(identity->serialize().view())) std::abort();
  return 0;
}
