#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace sotto {

void wipe(MutableByteView memory) { OPENSSL_cleanse(memory.data(), memory.size()); }

bool equal_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sotto
