#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace sotto {

/// HKDF-Extract with SHA-256 (RFC 5869 2.2). An empty salt stands for 32 zero bytes. Any thread.
Secret<32> hkdf_extract(ByteView salt, ByteView input_key_material);

/// HKDF-Expand with SHA-256 (RFC 5869 2.3): fills `out`, which is at most 255 * 32 bytes long. Any thread.
void hkdf_expand(ByteView pseudo_random_key, ByteView info, MutableByteView out);

}  // namespace sotto
