#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace sotto::transport::reference {

// SRTP with AEAD_AES_GCM written down from RFC 3711 and RFC 7714 over OpenSSL's AES, with nothing in common with
// libsrtp: what one makes, the other is held against. Slow, and only for good input.

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

/// The labels of RFC 3711 4.3.1.
enum class KeyLabel : uint8_t {
  kRtpCipher = 0,
  kRtpAuth = 1,
  kRtpSalt = 2,
  kRtcpCipher = 3,
  kRtcpAuth = 4,
  kRtcpSalt = 5
};

/// The key derivation of RFC 3711 4.3.3 (with AES-256, RFC 6188 3), never re-keyed. The master salt has 12 or 14 bytes.
inline Bytes derive(ByteView master_key, ByteView master_salt, KeyLabel label, size_t size) {
  std::array<uint8_t, 16> counter{};
  std::copy(master_salt.begin(), master_salt.end(), counter.begin());
  counter[7] = static_cast<uint8_t>(counter[7] ^ static_cast<uint8_t>(label));
  const Cipher cipher(EVP_CIPHER_CTX_new());
  const EVP_CIPHER* kind = master_key.size() == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr();
  SOTTO_ASSERT(EVP_EncryptInit_ex(cipher.get(), kind, nullptr, master_key.data(), counter.data()) == 1);
  const Bytes zeros(size);
  Bytes key(size);
  int written = 0;
  SOTTO_ASSERT(EVP_EncryptUpdate(cipher.get(), key.data(), &written, zeros.data(), static_cast<int>(size)) == 1);
  return key;
}

/// AES-GCM: the ciphertext and behind it the tag of 16 bytes.
inline Bytes seal(ByteView key, ByteView nonce, ByteView associated_data, ByteView plaintext) {
  const Cipher cipher(EVP_CIPHER_CTX_new());
  const EVP_CIPHER* kind = key.size() == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
  SOTTO_ASSERT(EVP_EncryptInit_ex(cipher.get(), kind, nullptr, key.data(), nonce.data()) == 1);
  int written = 0;
  SOTTO_ASSERT(EVP_EncryptUpdate(cipher.get(), nullptr, &written, associated_data.data(),
                                 static_cast<int>(associated_data.size())) == 1);
  Bytes sealed(plaintext.size() + 16);
  SOTTO_ASSERT(EVP_EncryptUpdate(cipher.get(), sealed.data(), &written, plaintext.data(),
                                 static_cast<int>(plaintext.size())) == 1);
  SOTTO_ASSERT(EVP_EncryptFinal_ex(cipher.get(), sealed.data() + written, &written) == 1);
  SOTTO_ASSERT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, 16, sealed.data() + plaintext.size()) == 1);
  return sealed;
}

/// Where the payload of an RTP packet begins.
inline size_t rtp_header_size(ByteView packet) {
  size_t size = 12 + 4 * (packet[0] & 0x0fu);
  if ((packet[0] & 0x10) != 0) size += 4 + 4 * (packet[size + 2] * 256u + packet[size + 3]);
  return size;
}

/// RFC 7714 8: `rollover` is how often the sequence number has wrapped.
inline Bytes protect_rtp(ByteView key, ByteView salt, ByteView packet, uint32_t rollover) {
  std::array<uint8_t, 12> nonce{};
  ByteWriter writer(nonce);
  writer.zeros(2);
  writer.bytes(packet.subspan(8, 4));
  writer.u32(rollover);
  writer.bytes(packet.subspan(2, 2));
  for (size_t i = 0; i < nonce.size(); ++i) nonce[i] = static_cast<uint8_t>(nonce[i] ^ salt[i]);
  const size_t header = rtp_header_size(packet);
  Bytes out(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(header));
  append(out, seal(key, nonce, packet.first(header), packet.subspan(header)));
  return out;
}

/// RFC 7714 9: `index` is the SRTCP index, without the E flag, which is set.
inline Bytes protect_rtcp(ByteView key, ByteView salt, ByteView packet, uint32_t index) {
  std::array<uint8_t, 12> nonce{};
  ByteWriter writer(nonce);
  writer.zeros(2);
  writer.bytes(packet.subspan(4, 4));
  writer.zeros(2);
  writer.u32(index);
  for (size_t i = 0; i < nonce.size(); ++i) nonce[i] = static_cast<uint8_t>(nonce[i] ^ salt[i]);
  std::array<uint8_t, 12> associated_data{};
  ByteWriter data_writer(associated_data);
  data_writer.bytes(packet.first(8));
  data_writer.u32(0x80000000u | index);
  Bytes out(packet.begin(), packet.begin() + 8);
  append(out, seal(key, nonce, associated_data, packet.subspan(8)));
  append(out, ByteView(associated_data).subspan(8));
  return out;
}

}  // namespace sotto::transport::reference
