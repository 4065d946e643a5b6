#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.hpp"

namespace google::protobuf {
class MessageLite;
}

namespace sotto::signaling {

/// How deep messages from outside may be nested.
inline constexpr int kMaxWireRecursion = 16;
/// The most elements of a repeated field that have no tighter limit of their own.
inline constexpr int kMaxWireRepeated = 64;

/// Parses bytes from outside. False, and `message` is then empty, if there are more than `max_size` of them (looked at
/// before anything else), if they are nested deeper than 16, or do not parse.
bool parse_wire(ByteView bytes, size_t max_size, google::protobuf::MessageLite& message);

/// The bytes of a message. Not canonical: what is signed is signed over these very bytes and never serialized again.
Bytes serialize_wire(const google::protobuf::MessageLite& message);

/// `text` as a view, and bytes as the string that protobuf wants.
inline ByteView wire_view(const std::string& text) { return as_bytes(text); }
inline std::string wire_string(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

/// Copies a field of a fixed size. False if it has any other.
bool read_exact(const std::string& field, MutableByteView out);

}  // namespace sotto::signaling
