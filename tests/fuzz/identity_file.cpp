// rooms: sotto_signaling_identity
#include <cstdlib>

#include "signaling/identity/detail/identity_seal.hpp"

using namespace sotto;
using namespace sotto::signaling;

namespace {

constexpr size_t kPassesAt = 12;
constexpr size_t kSaltAt = 21;

/// A file with the least that Argon2id takes, so that the fuzzer gets to see what lies behind it.
Bytes cheap(ByteView file) {
  Bytes changed(file.begin(), file.end());
  ByteWriter cost(MutableByteView(changed).subspan(kPassesAt));
  cost.u32(1);
  cost.u32(8);
  return changed;
}

}  // namespace

/// An identity file from somebody else's disk; and what is sealed in one by whoever knows its passphrase: what is taken
/// must come back the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  if (size >= kSaltAt) (void)unseal_identity(cheap(bytes), "passphrase");

  const Result<IdentityBody> body = parse_identity_body(bytes);
  if (!body) return 0;
  SeededRandom random(1);
  const Result<Bytes> file = seal_identity(body->identity, body->store_key, "", {{}, true}, random);
  if (!file) std::abort();
  const Result<UnsealedIdentity> again = unseal_identity(*file, "");
  if (!again || again->body.identity.bundle() != body->identity.bundle()) std::abort();
  return 0;
}
