#include "base/crypto/hkdf.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/crypto/hmac.hpp"

namespace sotto {

// Written over HMAC, not over OpenSSL's HKDF: that one refuses empty key material, which Noise's Split needs.

Secret<32> hkdf_extract(ByteView salt, ByteView input_key_material) { return hmac_sha256(salt, {input_key_material}); }

void hkdf_expand(ByteView pseudo_random_key, ByteView info, MutableByteView out) {
  SOTTO_ASSERT(out.size() <= 255 * Secret<32>::size());
  Secret<32> block;
  size_t previous_size = 0;
  for (uint8_t counter = 1; !out.empty(); ++counter) {
    block = hmac_sha256(pseudo_random_key, {block.view().first(previous_size), info, {&counter, 1}});
    previous_size = block.size();
    const size_t count = std::min(out.size(), block.size());
    std::copy_n(block.view().begin(), count, out.begin());
    out = out.subspan(count);
  }
}

}  // namespace sotto
