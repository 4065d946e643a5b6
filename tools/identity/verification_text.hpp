#pragma once

#include <string>

#include <sotto/result.hpp>
#include "signaling/identity/contact_store.hpp"
#include "signaling/identity/device_identity.hpp"
#include "tools/identity/qr_code.hpp"

namespace sotto::tools {

/// What two people compare: the 60 digits in groups, and the QR code of the same fingerprints.
Result<std::string> describe_verification(const signaling::DeviceIdentity& self, const signaling::KnownAccount& contact,
                                          QrStyle style);

/// The style for standard output: colours only on a terminal.
QrStyle qr_style_for_output(bool ascii);

}  // namespace sotto::tools
