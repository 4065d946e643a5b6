// rooms: sotto_transport_srtp
#include <algorithm>

#include "transport/srtp/srtp_session.hpp"

using namespace sotto;
using namespace sotto::transport;

namespace {

SrtpKeys zero_keys() { return SrtpKeys(Secret<88>()); }

void fill(PacketBuffer& packet, ByteView bytes) {
  packet.clear();
  packet.append_bytes(bytes.first(std::min(bytes.size(), PacketBuffer::kCapacity)));
}

}  // namespace

// Each input is opened as it is, and once more after the peer protected it, so that what lies behind the tag is
// reached.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static SrtpSession receiver = SrtpSession::create(zero_keys(), DtlsRole::kServer).value();
  const ByteView input{data, size};
  PacketBuffer packet;
  fill(packet, input);
  SOTTO_ASSERT(!receiver.unprotect_rtp(packet) && packet.empty());
  fill(packet, input);
  SOTTO_ASSERT(!receiver.unprotect_rtcp(packet) && packet.empty());

  if (size > PacketBuffer::kCapacity - 20) return 0;
  SrtpSession sender = SrtpSession::create(zero_keys(), DtlsRole::kClient).value();
  SrtpSession fresh = SrtpSession::create(zero_keys(), DtlsRole::kServer).value();
  fill(packet, input);
  if (sender.protect_rtp(packet)) {
    SOTTO_ASSERT(fresh.unprotect_rtp(packet) && std::ranges::equal(packet.view(), input));
  }
  fill(packet, input);
  if (sender.protect_rtcp(packet)) {
    SOTTO_ASSERT(fresh.unprotect_rtcp(packet) && std::ranges::equal(packet.view(), input));
  }
  return 0;
}
