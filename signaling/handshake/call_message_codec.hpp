#pragma once

#include <cstdint>
#include <optional>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "signaling/handshake/call_message.hpp"
#include "signaling/identity/identity_bundle.hpp"

namespace sotto::signaling {

/// What one DATA blob says.
struct DataPayload {
  uint64_t acknowledged = 0;  ///< How many messages of the peer have arrived in unbroken order.
  uint32_t acks_before = 0;   ///< How many blobs directly before this one were nothing but acknowledgements.
  CallMessage message;
  std::optional<SignedRecord> device_list;  ///< The caller's; with an Offer only.
};

/// Serialized, not padded. kInvalidArgument if the message breaks a limit that its receiver would hold it to.
Result<Bytes> encode_data(const DataPayload& payload);

/// kMalformed if it does not parse, or if any text, number or count is out of its limits (call_message.hpp).
Result<DataPayload> decode_data(ByteView bytes);

}  // namespace sotto::signaling
