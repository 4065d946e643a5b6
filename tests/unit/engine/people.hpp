#pragma once

#include <cstdint>
#include <memory>

#include "base/random.hpp"
#include "signaling/identity/contact_store.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/identity_keeper.hpp"

namespace sotto::engine {

inline constexpr WallTime kToday{std::chrono::milliseconds(1'700'000'000'000)};

/// The same seed makes the same person.
inline signaling::DeviceIdentity make_person(uint64_t seed = 1, WallTime now = kToday) {
  SeededRandom random(seed);
  return signaling::DeviceIdentity::create(random, now);
}

inline std::shared_ptr<signaling::IdentityKeeper> make_keeper(uint64_t seed = 99, WallTime now = kToday) {
  return std::make_shared<signaling::IdentityKeeper>(make_person(seed, now));
}

/// A contact, as the user has added it.
inline signaling::KnownAccount make_contact(const signaling::DeviceIdentity& person, WallTime now = kToday) {
  signaling::KnownAccount known;
  known.name = "bob";
  known.pinned = signaling::verify_bundle(person.bundle(), now).value();
  known.added = true;
  return known;
}

}  // namespace sotto::engine
