#pragma once

#include <string_view>

#include "base/crypto/ed25519.hpp"
#include "base/crypto/sha256.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/identity_bundle.hpp"

// The steps of verify_bundle(), for handshake messages, which bring a bundle in pieces.

namespace sotto::signaling {

// What a signature or hash is made over, ahead of the record, so that no record ever passes for one of another type.
inline constexpr std::string_view kAccountLabel{"sotto account v1\0", 17};
inline constexpr std::string_view kRotationLabel{"sotto rotation v1\0", 18};
inline constexpr std::string_view kDeviceLabel{"sotto device v1\0", 16};
inline constexpr std::string_view kDeviceListLabel{"sotto device list v1\0", 21};
inline constexpr std::string_view kAgreeKeyLabel{"sotto agree key v1\0", 19};

// Ages and counts of HANDSHAKE 2.2.
inline constexpr std::chrono::days kMaxCertificateLife{90};
inline constexpr std::chrono::days kMaxListLife{90};
inline constexpr std::chrono::days kMaxAgreeKeyLife{14};
inline constexpr int kMaxRotations = 2;
inline constexpr int kMaxAgreeKeys = 2;
inline constexpr int kMaxDevices = 8;
inline constexpr int kMaxSuites = 16;

/// How far two clocks may disagree about a date that is not yet or no longer valid (HANDSHAKE 2.5).
inline constexpr std::chrono::seconds kClockTolerance{120};

SignedRecord sign_record(const Ed25519KeyPair& key, std::string_view label, Bytes body);
bool verify_record(const Ed25519PublicKey& key, std::string_view label, const SignedRecord& record);

/// Everything but the device list: the result knows no list and its bundle has none.
Result<Contact> verify_credentials(const IdentityBundle& bundle, WallTime now);

/// Checks a device list of the contact's account, that it names the device, and that it is the contact's known list or
/// a later one. Then the contact knows it, and has it in its bundle; otherwise the contact stays as it was.
Result<void> verify_device_list(Contact& contact, const SignedRecord& list, WallTime now);

/// Refuses another account, and a root that is older than the known one or differs at the same age.
Result<void> check_same_account(const Contact& known, const Contact& seen);

}  // namespace sotto::signaling
