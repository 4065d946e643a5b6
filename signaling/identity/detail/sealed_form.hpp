#pragma once

#include <string_view>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/secret_bytes.hpp"

namespace sotto::signaling {

/// A form of file that is sealed under a key which its owner keeps elsewhere (HANDSHAKE 8):
///
///     magic 8 | version u16 | salt 32 | sealed: the content, zeros | tag 16
///
/// Each file has a salt of its own, and with it a key of its own. The zeros round the content up to whole steps, so
/// that the file's size tells little of it; the content says itself how long it is.
struct SealedForm {
  std::string_view magic;  ///< 8 bytes
  std::string_view key_label;
  size_t step;  ///< bytes

  // What to say about a file that cannot be opened.
  const char* not_ours;  ///< It begins otherwise.
  const char* newer;     ///< It is cut short, or of another version.
  const char* refused;   ///< It does not open with this key.
};

/// How large the file of a content of `size` bytes is.
size_t sealed_size(const SealedForm& form, size_t size);
Bytes seal(const SealedForm& form, const Secret<32>& key, ByteView content, RandomSource& random);
/// The content and the zeros behind it. kMalformed: not_ours or newer; kRefused: another key, or damaged.
Result<SecretBytes> unseal(const SealedForm& form, const Secret<32>& key, ByteView file);

}  // namespace sotto::signaling
