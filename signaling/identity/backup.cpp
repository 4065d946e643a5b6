#include "signaling/identity/backup.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/crypto/aes_gcm.hpp"
#include "base/crypto/hkdf.hpp"

namespace sotto::signaling {
namespace {

//  0        8         10       42                                                      n - 16     n
//  | magic  | version | salt   | sealed: identity size u32, identity, contacts size u32, contacts, zeros | tag |
constexpr std::string_view kMagic{"SOTTOBK\0", 8};
constexpr uint16_t kVersion = 1;
constexpr size_t kSaltSize = 32;
constexpr size_t kHeaderSize = 8 + 2 + kSaltSize;
constexpr size_t kPaddingStep = 64 * 1024;
constexpr std::string_view kKeyLabel = "sotto backup key v1";

// Each backup has a salt and with it a key of its own, so that the nonce may always be zero.
constexpr std::array<uint8_t, Aes256Gcm::kNonceSize> kNonce{};

Aes256Gcm cipher_for(const RecoveryKey& recovery, ByteView salt) {
  const Secret<32> extracted = hkdf_extract(salt, recovery.backup_key().view());
  Secret<32> key;
  hkdf_expand(extracted.view(), as_bytes(kKeyLabel), key.mutable_view());
  return Aes256Gcm(key.view());
}

Error no_backup() { return {ErrorCode::kMalformed, "This is not a backup of a sotto identity."}; }
Error damaged() { return {ErrorCode::kMalformed, "The backup is damaged inside."}; }

}  // namespace

Result<Bytes> seal_backup(const DeviceIdentity& identity, ByteView contacts, const RecoveryKey& recovery,
                          RandomSource& random) {
  if (recovery.signing_key().public_key() != identity.recovery_key()) {
    return Error{ErrorCode::kRefused, "This is not the recovery key of this account."};
  }
  const SecretBytes secret = identity.serialize();
  const size_t used = 4 + secret.size() + 4 + contacts.size();
  const size_t padded = (used + kPaddingStep - 1) / kPaddingStep * kPaddingStep;
  if (kHeaderSize + padded + Aes256Gcm::kTagSize > kMaxBackupSize) {
    return Error{ErrorCode::kInvalidArgument, "There are too many contacts for a backup."};
  }
  SecretBytes plaintext(padded);
  ByteWriter inside(plaintext.mutable_view());
  inside.u32(static_cast<uint32_t>(secret.size()));
  inside.bytes(secret.view());
  inside.u32(static_cast<uint32_t>(contacts.size()));
  inside.bytes(contacts);

  Bytes backup(kHeaderSize + padded + Aes256Gcm::kTagSize);
  const MutableByteView all(backup);
  ByteWriter header(all.first(kHeaderSize));
  header.bytes(as_bytes(kMagic));
  header.u16(kVersion);
  const MutableByteView salt = all.subspan(kHeaderSize - kSaltSize, kSaltSize);
  random.fill(salt);
  cipher_for(recovery, salt).seal(kNonce, all.first(kHeaderSize), plaintext.view(), all.subspan(kHeaderSize));
  return backup;
}

Result<Backup> open_backup(ByteView backup, const RecoveryKey& recovery) {
  if (backup.size() > kMaxBackupSize || backup.size() < kHeaderSize + Aes256Gcm::kTagSize ||
      !std::ranges::equal(backup.first(kMagic.size()), as_bytes(kMagic))) {
    return no_backup();
  }
  ByteReader header(backup.first(kHeaderSize));
  header.skip(kMagic.size());
  if (header.u16() != kVersion) {
    return Error{ErrorCode::kMalformed, "The backup was made by a newer version of sotto."};
  }
  const ByteView salt = backup.subspan(kHeaderSize - kSaltSize, kSaltSize);
  const ByteView sealed = backup.subspan(kHeaderSize);
  SecretBytes plaintext(sealed.size() - Aes256Gcm::kTagSize);
  if (!cipher_for(recovery, salt).open(kNonce, backup.first(kHeaderSize), sealed, plaintext.mutable_view())) {
    return Error{ErrorCode::kRefused,
                 "The backup does not open: it belongs to another recovery key, or it is damaged."};
  }
  ByteReader inside(plaintext.view());
  const ByteView identity_bytes = inside.take(inside.u32());
  const ByteView contacts = inside.take(inside.u32());
  if (!inside.ok()) return damaged();
  Result<DeviceIdentity> identity = DeviceIdentity::parse(identity_bytes);
  if (!identity) return identity.error();
  if (recovery.signing_key().public_key() != identity->recovery_key()) return damaged();
  return Backup{std::move(*identity), SecretBytes(contacts)};
}

}  // namespace sotto::signaling
