#include <algorithm>
#include <array>

#include "base/crypto/aes_gcm.hpp"
#include "base/crypto/hkdf.hpp"
#include "signaling/identity/detail/sealed_form.hpp"

namespace sotto::signaling {
namespace {

constexpr uint16_t kVersion = 1;
constexpr size_t kMagicSize = 8;
constexpr size_t kSaltSize = 32;
constexpr size_t kHeaderSize = kMagicSize + 2 + kSaltSize;
// No key seals twice: the nonce may always be zero.
constexpr std::array<uint8_t, Aes256Gcm::kNonceSize> kNonce{};

Aes256Gcm cipher_for(const SealedForm& form, const Secret<32>& key, ByteView salt) {
  const Secret<32> extracted = hkdf_extract(salt, key.view());
  Secret<32> file_key;
  hkdf_expand(extracted.view(), as_bytes(form.key_label), file_key.mutable_view());
  return Aes256Gcm(file_key.view());
}

size_t padded_size(const SealedForm& form, size_t size) { return (size + form.step - 1) / form.step * form.step; }

}  // namespace

size_t sealed_size(const SealedForm& form, size_t size) {
  return kHeaderSize + padded_size(form, size) + Aes256Gcm::kTagSize;
}

Bytes seal(const SealedForm& form, const Secret<32>& key, ByteView content, RandomSource& random) {
  SecretBytes plaintext(padded_size(form, content.size()));
  std::ranges::copy(content, plaintext.mutable_view().begin());
  Bytes file(sealed_size(form, content.size()));
  const MutableByteView all(file);
  ByteWriter header(all.first(kHeaderSize));
  header.bytes(as_bytes(form.magic));
  header.u16(kVersion);
  const MutableByteView salt = all.subspan(kHeaderSize - kSaltSize, kSaltSize);
  random.fill(salt);
  cipher_for(form, key, salt).seal(kNonce, all.first(kHeaderSize), plaintext.view(), all.subspan(kHeaderSize));
  return file;
}

Result<SecretBytes> unseal(const SealedForm& form, const Secret<32>& key, ByteView file) {
  ByteReader header(file);
  if (!std::ranges::equal(header.take(kMagicSize), as_bytes(form.magic))) {
    return Error{ErrorCode::kMalformed, form.not_ours};
  }
  if (header.u16() != kVersion || file.size() < kHeaderSize + Aes256Gcm::kTagSize) {
    return Error{ErrorCode::kMalformed, form.newer};
  }
  const ByteView salt = file.subspan(kHeaderSize - kSaltSize, kSaltSize);
  const ByteView sealed = file.subspan(kHeaderSize);
  SecretBytes plaintext(sealed.size() - Aes256Gcm::kTagSize);
  if (!cipher_for(form, key, salt).open(kNonce, file.first(kHeaderSize), sealed, plaintext.mutable_view())) {
    return Error{ErrorCode::kRefused, form.refused};
  }
  return plaintext;
}

}  // namespace sotto::signaling
