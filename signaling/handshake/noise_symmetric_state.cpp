#include "signaling/handshake/noise_symmetric_state.hpp"

#include "base/assert.hpp"
#include "base/crypto/hkdf.hpp"
#include "base/crypto/hmac.hpp"
#include "signaling/handshake/noise_cipher.hpp"

namespace sotto::signaling {
namespace {

/// Noise's HKDF with two outputs (4.3) is that of RFC 5869 with an empty info.
std::pair<Secret<32>, Secret<32>> derive_two(const Secret<32>& chaining_key, ByteView input_key_material) {
  const Secret<32> pseudo_random_key = hkdf_extract(chaining_key.view(), input_key_material);
  Secret<64> both;
  hkdf_expand(pseudo_random_key.view(), {}, both.mutable_view());
  return {Secret<32>(both.view().first<32>()), Secret<32>(both.view().last<32>())};
}

}  // namespace

NoiseSymmetricState::NoiseSymmetricState(std::string_view protocol_name) {
  if (protocol_name.size() <= hash_.size()) {
    std::copy(protocol_name.begin(), protocol_name.end(), hash_.begin());
  } else {
    hash_ = sha256(as_bytes(protocol_name));
  }
  chaining_key_ = Secret<32>(hash_);
}

void NoiseSymmetricState::mix_hash(ByteView data) { hash_ = sha256({hash_, data}); }

void NoiseSymmetricState::mix_key(const Secret<32>& input_key_material) {
  auto [chaining_key, key] = derive_two(chaining_key_, input_key_material.view());
  chaining_key_ = std::move(chaining_key);
  key_ = std::move(key);
  counter_ = 0;
}

size_t NoiseSymmetricState::tag_size() const { return key_ ? Aes256Gcm::kTagSize : 0; }

void NoiseSymmetricState::encrypt_and_hash(ByteView plaintext, Bytes& out) {
  const size_t begin = out.size();
  out.resize(begin + plaintext.size() + tag_size());
  const MutableByteView sealed = MutableByteView(out).subspan(begin);
  if (key_) {
    NoiseCipher(*key_).seal(counter_++, hash_, plaintext, sealed);
  } else {
    std::copy(plaintext.begin(), plaintext.end(), sealed.begin());
  }
  mix_hash(sealed);
}

Result<Bytes> NoiseSymmetricState::decrypt_and_hash(ByteView sealed) {
  if (sealed.size() < tag_size()) return Error{ErrorCode::kMalformed, "The handshake message is too short."};
  Bytes plaintext(sealed.begin(), sealed.end() - static_cast<std::ptrdiff_t>(tag_size()));
  if (key_) {
    const Result<void> opened = NoiseCipher(*key_).open(counter_, hash_, sealed, plaintext);
    if (!opened) return opened.error();
    ++counter_;
  }
  mix_hash(sealed);
  return plaintext;
}

std::pair<Secret<32>, Secret<32>> NoiseSymmetricState::split() const { return derive_two(chaining_key_, {}); }

Secret<32> NoiseSymmetricState::export_secret(ByteView label) const {
  return hmac_sha256(chaining_key_.view(), {label, hash_});
}

NoiseSymmetricState NoiseSymmetricState::clone() const {
  NoiseSymmetricState copy;
  copy.chaining_key_ = chaining_key_.clone();
  copy.hash_ = hash_;
  if (key_) copy.key_ = key_->clone();
  copy.counter_ = counter_;
  return copy;
}

}  // namespace sotto::signaling
