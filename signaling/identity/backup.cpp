#include "signaling/identity/backup.hpp"

#include "signaling/identity/detail/sealed_form.hpp"

namespace sotto::signaling {
namespace {

// Its content: identity size u32, identity, contacts size u32, contacts, settings size u32, settings. Earlier versions
// end with the contacts: zeros follow, which are no settings, or nothing at all.
constexpr SealedForm kForm{
    .magic = {"SOTTOBK\0", 8},
    .key_label = "sotto backup key v1",
    .step = 64 * 1024,
    .not_ours = "This is not a backup of a sotto identity.",
    .newer = "The backup is cut short, or was made by a newer version of sotto.",
    .refused = "The backup does not open: it belongs to another recovery key, or it is damaged.",
};

constexpr size_t kSizeSize = 4;

Error damaged() { return {ErrorCode::kMalformed, "The backup is damaged inside."}; }

}  // namespace

Result<Bytes> seal_backup(const DeviceIdentity& identity, ByteView contacts, ByteView settings,
                          const RecoveryKey& recovery, RandomSource& random) {
  if (recovery.signing_key().public_key() != identity.recovery_key()) {
    return Error{ErrorCode::kRefused, "This is not the recovery key of this account."};
  }
  const SecretBytes secret = identity.serialize();
  SecretBytes content(kSizeSize + secret.size() + kSizeSize + contacts.size() + kSizeSize + settings.size());
  if (sealed_size(kForm, content.size()) > kMaxBackupSize) {
    return Error{ErrorCode::kInvalidArgument, "There are too many contacts for a backup."};
  }
  ByteWriter writer(content.mutable_view());
  writer.u32(static_cast<uint32_t>(secret.size()));
  writer.bytes(secret.view());
  writer.u32(static_cast<uint32_t>(contacts.size()));
  writer.bytes(contacts);
  writer.u32(static_cast<uint32_t>(settings.size()));
  writer.bytes(settings);
  return seal(kForm, recovery.backup_key(), content.view(), random);
}

Result<Backup> open_backup(ByteView backup, const RecoveryKey& recovery) {
  if (backup.size() > kMaxBackupSize) return Error{ErrorCode::kMalformed, kForm.not_ours};
  const Result<SecretBytes> content = unseal(kForm, recovery.backup_key(), backup);
  if (!content) return content.error();
  ByteReader inside(content->view());
  const ByteView identity_bytes = inside.take(inside.u32());
  const ByteView contacts = inside.take(inside.u32());
  const ByteView settings = inside.remaining() < kSizeSize ? ByteView() : inside.take(inside.u32());
  if (!inside.ok()) return damaged();
  Result<DeviceIdentity> identity = DeviceIdentity::parse(identity_bytes);
  if (!identity) return identity.error();
  if (recovery.signing_key().public_key() != identity->recovery_key()) return damaged();
  return Backup{std::move(*identity), SecretBytes(contacts), SecretBytes(settings)};
}

}  // namespace sotto::signaling
