#pragma once

#include <string>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "signaling/identity/device_identity.hpp"
#include "tools/settings/settings.hpp"

namespace sotto::tools {

/// Lower-case hexadecimal digits in groups of eight.
std::string hexadecimal(ByteView bytes);
/// "2026-11-25 07:30 UTC"
std::string calendar_text(WallTime time);

/// What `sotto identity show` prints: nothing of it is secret.
std::string describe_identity(const signaling::DeviceIdentity& identity, const Settings& settings, WallTime now);

/// What to do with a new recovery key, with the key itself.
std::string describe_recovery_key(std::string_view key);

}  // namespace sotto::tools
