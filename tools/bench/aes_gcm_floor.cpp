#include <openssl/evp.h>

#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "tools/bench/floors.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kPackets = 64;
constexpr size_t kHeader = 12;  // RFC 3550 5.1, without extensions
constexpr int kNonce = 12;
constexpr int kTag = 16;

class Cipher {
 public:
  explicit Cipher(size_t size) : packets_(kPackets, Bytes(size)) {
    // Fetched once, not with every packet.
    const std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> algorithm(
        EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), &EVP_CIPHER_free);
    const std::array<uint8_t, 32> key{1, 2, 3};
    for (EVP_CIPHER_CTX* context : {sealing_.get(), opening_.get()}) {
      const int sealing = context == sealing_.get() ? 1 : 0;
      SOTTO_ASSERT(context != nullptr &&
                   EVP_CipherInit_ex2(context, algorithm.get(), key.data(), nullptr, sealing, nullptr) == 1);
    }
  }

  void seal() {
    for (Bytes& packet : packets_) {
      ++nonce_[0];
      uint8_t* const body = packet.data() + kHeader;
      const int size = body_size(packet);
      int done = 0;
      bool worked = EVP_EncryptInit_ex2(sealing_.get(), nullptr, nullptr, nonce_.data(), nullptr) == 1;
      worked &= EVP_EncryptUpdate(sealing_.get(), nullptr, &done, packet.data(), kHeader) == 1;
      worked &= EVP_EncryptUpdate(sealing_.get(), body, &done, body, size) == 1;
      worked &= EVP_EncryptFinal_ex(sealing_.get(), body + size, &done) == 1;
      worked &= EVP_CIPHER_CTX_ctrl(sealing_.get(), EVP_CTRL_AEAD_GET_TAG, kTag, body + size) == 1;
      SOTTO_ASSERT(worked);
    }
  }

  /// After seal(), which used the same nonces.
  void open() {
    for (Bytes& packet : packets_) {
      ++nonce_[0];
      uint8_t* const body = packet.data() + kHeader;
      const int size = body_size(packet);
      int done = 0;
      bool worked = EVP_DecryptInit_ex2(opening_.get(), nullptr, nullptr, nonce_.data(), nullptr) == 1;
      worked &= EVP_DecryptUpdate(opening_.get(), nullptr, &done, packet.data(), kHeader) == 1;
      worked &= EVP_DecryptUpdate(opening_.get(), body, &done, body, size) == 1;
      worked &= EVP_CIPHER_CTX_ctrl(opening_.get(), EVP_CTRL_AEAD_SET_TAG, kTag, body + size) == 1;
      worked &= EVP_DecryptFinal_ex(opening_.get(), body + size, &done) == 1;
      SOTTO_ASSERT(worked);
    }
  }

  /// Begins the nonces anew: what is sealed here is known to everybody.
  void rewind() { nonce_ = {}; }

 private:
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  static int body_size(const Bytes& packet) { return static_cast<int>(packet.size() - kHeader) - kTag; }

  std::unique_ptr<EVP_CIPHER_CTX, Free> sealing_{EVP_CIPHER_CTX_new()};
  std::unique_ptr<EVP_CIPHER_CTX, Free> opening_{EVP_CIPHER_CTX_new()};
  std::array<uint8_t, kNonce> nonce_{};
  std::vector<Bytes> packets_;
};

}  // namespace

Contestant aes_gcm_seal(size_t size) {
  const auto cipher = std::make_shared<Cipher>(size);
  return {kPackets, {}, [cipher] { cipher->seal(); }};
}

Contestant aes_gcm_open(size_t size) {
  const auto cipher = std::make_shared<Cipher>(size);
  const auto seal = [cipher] {
    cipher->rewind();
    cipher->seal();
    cipher->rewind();
  };
  return {kPackets, seal, [cipher] { cipher->open(); }};
}

}  // namespace sotto::tools
