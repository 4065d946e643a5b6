#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signaling/identity/contact_store.hpp"

namespace sotto::signaling {

/// Somebody whose every field says something. `number` makes the account's id.
inline KnownAccount test_known_account(uint32_t number, std::string_view name = {}) {
  KnownAccount account;
  Contact& pinned = account.pinned;
  for (size_t i = 0; i < 4; ++i) pinned.account.bytes[i] = static_cast<uint8_t>(number >> (8 * i));
  pinned.root.bytes.fill(1);
  pinned.root_rotations = 1;
  pinned.list_version = 7;
  pinned.list_hash.fill(2);
  pinned.device.bytes.fill(3);
  pinned.device_class = DeviceClass::kBrowser;
  pinned.device_key.bytes.fill(4);
  pinned.device_hash.fill(5);
  pinned.agree_key.bytes.fill(6);
  pinned.agree_key_epoch = 8;
  pinned.agree_key_not_before = WallTime(std::chrono::days(20000));
  pinned.agree_key_not_after = WallTime(std::chrono::days(20014));
  pinned.suites = {1, 2};
  pinned.bundle = {9, 9, 9};
  account.name = name;
  account.added = !name.empty();
  account.last_request = WallTime(std::chrono::milliseconds(1000 + number));
  account.name_hint = "hint";
  return account;
}

}  // namespace sotto::signaling
