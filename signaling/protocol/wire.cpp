#include "signaling/protocol/wire.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message_lite.h>

#include "base/assert.hpp"

namespace sotto::signaling {

bool parse_wire(ByteView bytes, size_t max_size, google::protobuf::MessageLite& message) {
  message.Clear();
  if (bytes.size() > max_size) return false;
  google::protobuf::io::CodedInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kMaxWireRecursion);
  const bool parsed = message.MergeFromCodedStream(&stream) && stream.ConsumedEntireMessage();
  if (!parsed) message.Clear();
  return parsed;
}

Bytes serialize_wire(const google::protobuf::MessageLite& message) {
  Bytes bytes(message.ByteSizeLong());
  SOTTO_ASSERT(message.SerializeToArray(bytes.data(), static_cast<int>(bytes.size())));
  return bytes;
}

bool read_exact(const std::string& field, MutableByteView out) {
  if (field.size() != out.size()) return false;
  std::copy(field.begin(), field.end(), out.begin());
  return true;
}

}  // namespace sotto::signaling
