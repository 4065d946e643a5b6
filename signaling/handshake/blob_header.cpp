#include "signaling/handshake/blob_header.hpp"

#include "signaling/handshake/blob_layout.hpp"

namespace sotto::signaling {
namespace {

constexpr uint8_t kVersion = 1;

bool has_size_of(BlobKind kind, size_t size) {
  switch (kind) {
    case BlobKind::kInit:
      return size == kInitSize;
    case BlobKind::kResponse:
      return size == kResponseSize;
    case BlobKind::kData:
      return size == kSmallDataSize || size == kLargeDataSize;
  }
  return false;
}

bool known_kind(uint8_t kind) {
  return kind >= static_cast<uint8_t>(BlobKind::kInit) && kind <= static_cast<uint8_t>(BlobKind::kData);
}

}  // namespace

Result<BlobHeader> peek_header(ByteView blob) {
  ByteReader reader(blob);
  const uint8_t version = reader.u8();
  const uint8_t kind = reader.u8();
  const uint16_t suite = reader.u16();
  BlobHeader header;
  reader.copy_to(header.session_id.bytes);
  if (!reader.ok()) return Error{ErrorCode::kMalformed, "The blob is too short."};
  if (version != kVersion) return Error{ErrorCode::kMalformed, "The blob has an unknown version."};
  if (!known_kind(kind)) return Error{ErrorCode::kMalformed, "The blob is of an unknown kind."};
  header.kind = static_cast<BlobKind>(kind);
  if (suite != static_cast<uint16_t>(Suite::kNoiseIk25519AesGcmSha256)) {
    return Error{ErrorCode::kMalformed, "The blob uses an unknown suite."};
  }
  if (!has_size_of(header.kind, blob.size())) return Error{ErrorCode::kMalformed, "The blob has a wrong size."};
  return header;
}

void write_header(ByteWriter& writer, const BlobHeader& header) {
  writer.u8(kVersion);
  writer.u8(static_cast<uint8_t>(header.kind));
  writer.u16(static_cast<uint16_t>(header.suite));
  writer.bytes(header.session_id.bytes);
}

}  // namespace sotto::signaling
