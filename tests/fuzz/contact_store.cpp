// rooms: sotto_signaling_identity
#include <algorithm>
#include <cstdlib>

#include "base/random.hpp"
#include "signaling/identity/detail/contact_codec.hpp"

using namespace sotto;
using namespace sotto::signaling;

/// A contacts file, and what a backup or a file holds after decryption: what is taken once is taken again as written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const Secret<32> key;
  (void)unseal_contacts(bytes, key);

  const auto accounts = parse_accounts(bytes);
  if (!accounts) return 0;
  const SecretBytes serialized = serialize_accounts(*accounts);
  SeededRandom random(1);
  const auto again = unseal_contacts(seal_contacts({*accounts, {}}, key, random), key);
  if (!again || !std::ranges::equal(serialize_accounts(again->accounts).view(), serialized.view())) std::abort();

  ContactStore store;
  if (!store.restore(bytes)) std::abort();
  for (const KnownAccount& account : *accounts) {
    if (!store.put(account)) std::abort();
  }
  return 0;
}
