#pragma once

#include <string>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/secret_bytes.hpp"
#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/recovery_key.hpp"

namespace sotto::signaling {

/// The largest backup that is looked at, in bytes.
inline constexpr size_t kMaxBackupSize = 16 * 1024 * 1024;

/// What brings an account back on a new device. It may lie anywhere: the recovery key alone opens it (HANDSHAKE 8).
struct Backup {
  DeviceIdentity identity;
  SecretBytes contacts;  ///< As the contact store writes them; may be empty.
  SecretBytes settings;  ///< As the program writes them; empty in a backup that an earlier version has made.
};

/// Sealed, and padded to steps of 64 KiB, so that its size does not tell how many contacts there are. kRefused if the
/// recovery key is not that of the account.
Result<Bytes> seal_backup(const DeviceIdentity& identity, ByteView contacts, ByteView settings,
                          const RecoveryKey& recovery, RandomSource& random);

/// kMalformed: no backup, or damaged; kRefused: another recovery key. The identity is as it was: call recover() on it.
Result<Backup> open_backup(ByteView backup, const RecoveryKey& recovery);

}  // namespace sotto::signaling
