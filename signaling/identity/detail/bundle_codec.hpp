#pragma once

#include "signaling/identity/identity_bundle.hpp"
#include "signaling/protocol/identity.pb.h"

// Between IdentityBundle and the generated message, which is also a field of other messages. For .cpp files of
// signaling only: no header that others include may bring in generated code.

namespace sotto::signaling {

void write_record(const SignedRecord& record, wire::SignedRecord& message);
/// False if the body is empty or the signature not of 64 bytes.
bool read_record(const wire::SignedRecord& message, SignedRecord& record);

void write_bundle(const IdentityBundle& bundle, wire::Bundle& message);
Result<IdentityBundle> read_bundle(const wire::Bundle& message);

}  // namespace sotto::signaling
