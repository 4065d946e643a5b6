#include "signaling/identity/detail/identity_seal.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/crypto/aes_gcm.hpp"
#include "base/crypto/hkdf.hpp"
#include "base/secret_bytes.hpp"
#include "signaling/protocol/identity_file.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

// HANDSHAKE 8:
//   magic 8 | version u16 | kdf u8 | aead u8 | passes u32 | memory KiB u32 | lanes u8 | salt 16 | nonce 12 | check 16 |
//   length u32 | ciphertext | tag 16
// All before the ciphertext is authenticated with it.
constexpr std::string_view kMagic{"SOTTOID\0", 8};
constexpr uint16_t kVersion = 1;
constexpr uint8_t kKdfNone = 0;
constexpr uint8_t kKdfArgon2id = 1;
constexpr uint8_t kAeadAes256Gcm = 1;
constexpr uint8_t kLanes = 1;
constexpr size_t kCheckSize = 16;
constexpr size_t kSaltSize = 16;
constexpr size_t kHeaderSize = 8 + 2 + 1 + 1 + 4 + 4 + 1 + kSaltSize + Aes256Gcm::kNonceSize + kCheckSize + 4;

struct Header {
  uint8_t kdf = kKdfArgon2id;
  PassphraseCost cost;
  std::array<uint8_t, kSaltSize> salt{};
  std::array<uint8_t, Aes256Gcm::kNonceSize> nonce{};
  std::array<uint8_t, kCheckSize> check{};
  uint32_t length = 0;
};

void write_header(const Header& header, MutableByteView out) {
  ByteWriter writer(out);
  writer.bytes(as_bytes(kMagic));
  writer.u16(kVersion);
  writer.u8(header.kdf);
  writer.u8(kAeadAes256Gcm);
  writer.u32(header.cost.passes);
  writer.u32(header.cost.memory_kib);
  writer.u8(kLanes);
  writer.bytes(header.salt);
  writer.bytes(header.nonce);
  writer.bytes(header.check);
  writer.u32(header.length);
}

Error malformed(std::string message) { return {ErrorCode::kMalformed, std::move(message)}; }

Result<Header> read_header(ByteView file) {
  ByteReader reader(file);
  if (!std::ranges::equal(reader.take(kMagic.size()), as_bytes(kMagic))) {
    return malformed("This is not an identity file of sotto.");
  }
  const uint16_t version = reader.u16();
  Header header;
  header.kdf = reader.u8();
  const uint8_t aead = reader.u8();
  header.cost.passes = reader.u32();
  header.cost.memory_kib = reader.u32();
  const uint8_t lanes = reader.u8();
  reader.copy_to(header.salt);
  reader.copy_to(header.nonce);
  reader.copy_to(header.check);
  header.length = reader.u32();
  if (!reader.ok()) return malformed("The identity file is cut short: use a copy of it.");
  if (version != kVersion || header.kdf > kKdfArgon2id || aead != kAeadAes256Gcm || lanes != kLanes) {
    return malformed("The identity file was written by a newer version of sotto, or is damaged.");
  }
  if (reader.remaining() != size_t{header.length} + Aes256Gcm::kTagSize) {
    return malformed("The identity file is cut short or damaged: use a copy of it.");
  }
  return header;
}

struct FileKeys {
  Secret<32> file;
  Secret<kCheckSize> check;
};

Result<FileKeys> derive_keys(const Header& header, std::string_view passphrase) {
  // Without a passphrase the salt, which stands in the file, is all there is.
  Result<Secret<32>> master = header.kdf == kKdfArgon2id
                                  ? argon2id(passphrase, header.salt, header.cost)
                                  : Result<Secret<32>>(hkdf_extract(as_bytes(kMagic), header.salt));
  if (!master) return master.error();
  FileKeys keys;
  hkdf_expand(master->view(), as_bytes("file key"), keys.file.mutable_view());
  hkdf_expand(master->view(), as_bytes("file check"), keys.check.mutable_view());
  return keys;
}

/// The generated message, whose strings hold secrets: wiped when it goes away.
struct SecretMessage {
  SecretMessage() = default;
  SecretMessage(const SecretMessage&) = delete;
  SecretMessage& operator=(const SecretMessage&) = delete;
  ~SecretMessage() {
    for (std::string* text : {message.mutable_identity(), message.mutable_store_key()}) {
      wipe({reinterpret_cast<uint8_t*>(text->data()), text->size()});
    }
  }
  wire::IdentityFile message;
};

}  // namespace

Result<Bytes> seal_identity(const DeviceIdentity& identity, const Secret<32>& store_key, std::string_view passphrase,
                            const IdentitySeal& seal, RandomSource& random) {
  SecretMessage body;
  const SecretBytes serialized = identity.serialize();
  body.message.set_identity(serialized.view().data(), serialized.size());
  body.message.set_store_key(store_key.view().data(), store_key.size());
  SecretBytes plaintext(body.message.ByteSizeLong());
  body.message.SerializeWithCachedSizesToArray(plaintext.mutable_view().data());

  Header header;
  header.kdf = seal.insecure ? kKdfNone : kKdfArgon2id;
  header.cost = seal.cost;
  header.length = static_cast<uint32_t>(plaintext.size());
  random.fill(header.salt);
  random.fill(header.nonce);
  const Result<FileKeys> keys = derive_keys(header, passphrase);
  if (!keys) return keys.error();
  std::ranges::copy(keys->check.view(), header.check.begin());

  Bytes file(kHeaderSize + plaintext.size() + Aes256Gcm::kTagSize);
  const MutableByteView all(file);
  write_header(header, all.first(kHeaderSize));
  Aes256Gcm(keys->file.view()).seal(header.nonce, all.first(kHeaderSize), plaintext.view(), all.subspan(kHeaderSize));
  return file;
}

Result<IdentityBody> parse_identity_body(ByteView plaintext) {
  SecretMessage body;
  Secret<32> store_key;
  if (!parse_wire(plaintext, kMaxIdentityFileSize, body.message) ||
      !read_exact(body.message.store_key(), store_key.mutable_view())) {
    return malformed("The identity file does not hold an identity.");
  }
  Result<DeviceIdentity> identity = DeviceIdentity::parse(wire_view(body.message.identity()));
  if (!identity) return identity.error();
  return IdentityBody{std::move(*identity), std::move(store_key)};
}

Result<UnsealedIdentity> unseal_identity(ByteView file, std::string_view passphrase) {
  const Result<Header> header = read_header(file);
  if (!header) return header.error();
  const Result<FileKeys> keys = derive_keys(*header, passphrase);
  if (!keys) return keys.error();
  if (!equal_constant_time(keys->check.view(), header->check)) {
    return Error{ErrorCode::kRefused, "The passphrase is wrong."};
  }
  const ByteView sealed = file.subspan(kHeaderSize);
  SecretBytes plaintext(sealed.size() - Aes256Gcm::kTagSize);
  const Result<void> opened =
      Aes256Gcm(keys->file.view()).open(header->nonce, file.first(kHeaderSize), sealed, plaintext.mutable_view());
  if (!opened) return malformed("The passphrase is right, but the identity file is damaged: use a copy of it.");
  Result<IdentityBody> body = parse_identity_body(plaintext.view());
  if (!body) return body.error();
  return UnsealedIdentity{std::move(*body), {header->cost, header->kdf == kKdfNone}};
}

}  // namespace sotto::signaling
