#pragma once

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/identity/identity_bundle.hpp"
#include "signaling/protocol/server.pb.h"

// What the directory stores of an account, and how a bundle of one of its devices changes it.

namespace sotto::signaling {

/// The most bytes of a record: it has to fit into a frame.
inline constexpr size_t kMaxRecordBytes = 8192;

/// What was proven of the account before: its root and its list. Nothing if the record is none.
std::optional<Contact> known_account(const AccountId& account, const wire::AccountRecord& record);

/// The devices that the record has, and those of them that its own list no longer names.
std::vector<DeviceId> devices_of(const wire::AccountRecord& record);

/// Whether the record has an agree key of this device that is newer than the bundle's, or another of the same number:
/// then the bundle comes from an old copy of the identity.
bool has_later_agree_key(const wire::AccountRecord& record, const IdentityBundle& bundle, const DeviceId& device);

/// Takes over what the bundle has: it was verified with known_account() of the same record. Devices that the list does
/// not name, or whose certificate is from before the root was replaced, go. Returns them.
std::vector<DeviceId> take_over(const IdentityBundle& bundle, const Contact& device, wire::AccountRecord& record);

}  // namespace sotto::signaling
