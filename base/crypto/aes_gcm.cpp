#include "base/crypto/aes_gcm.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <openssl/err.h>

#include "base/crypto/detail/openssl.hpp"
#include "base/secret.hpp"

namespace sotto {
namespace {

/// EVP counts in int.
int evp_size(ByteView bytes) {
  SOTTO_ASSERT(bytes.size() <= static_cast<size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(bytes.size());
}

Error wrong_tag() { return {ErrorCode::kRefused, "The authentication tag does not match."}; }

}  // namespace

void Aes256Gcm::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

Aes256Gcm::Aes256Gcm(std::span<const uint8_t, kKeySize> key) : context_(EVP_CIPHER_CTX_new()) {
  SOTTO_ASSERT(context_ != nullptr);
  const EVP_CIPHER* cipher = detail::aes_256_gcm_algorithm();
  SOTTO_ASSERT(EVP_EncryptInit_ex2(context_.get(), cipher, key.data(), nullptr, nullptr) == 1);
}

void Aes256Gcm::seal(Nonce nonce, ByteView associated_data, ByteView plaintext, MutableByteView out) {
  SOTTO_ASSERT(out.size() == plaintext.size() + kTagSize);
  EVP_CIPHER_CTX* context = context_.get();
  int size = 0;
  SOTTO_ASSERT(EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1);
  if (!associated_data.empty()) {
    SOTTO_ASSERT(EVP_EncryptUpdate(context, nullptr, &size, associated_data.data(), evp_size(associated_data)) == 1);
  }
  if (!plaintext.empty()) {
    SOTTO_ASSERT(EVP_EncryptUpdate(context, out.data(), &size, plaintext.data(), evp_size(plaintext)) == 1);
  }
  uint8_t* tag = out.data() + plaintext.size();
  SOTTO_ASSERT(EVP_EncryptFinal_ex(context, tag, &size) == 1);
  SOTTO_ASSERT(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) == 1);
}

Result<void> Aes256Gcm::open(Nonce nonce, ByteView associated_data, ByteView sealed, MutableByteView out) {
  if (sealed.size() < kTagSize) {
    wipe(out);
    return wrong_tag();
  }
  const ByteView ciphertext = sealed.first(sealed.size() - kTagSize);
  SOTTO_ASSERT(out.size() == ciphertext.size());
  // A copy, since OpenSSL wants it writable and `out` may be the same memory.
  std::array<uint8_t, kTagSize> tag;
  std::copy(sealed.end() - kTagSize, sealed.end(), tag.begin());

  EVP_CIPHER_CTX* context = context_.get();
  int size = 0;
  SOTTO_ASSERT(EVP_DecryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1);
  SOTTO_ASSERT(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1);
  if (!associated_data.empty()) {
    SOTTO_ASSERT(EVP_DecryptUpdate(context, nullptr, &size, associated_data.data(), evp_size(associated_data)) == 1);
  }
  if (!ciphertext.empty()) {
    SOTTO_ASSERT(EVP_DecryptUpdate(context, out.data(), &size, ciphertext.data(), evp_size(ciphertext)) == 1);
  }
  std::array<uint8_t, kTagSize> nothing;
  if (EVP_DecryptFinal_ex(context, nothing.data(), &size) != 1) {
    wipe(out);
    ERR_clear_error();
    return wrong_tag();
  }
  return {};
}

}  // namespace sotto
