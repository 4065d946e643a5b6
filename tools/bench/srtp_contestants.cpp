#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "base/packet_buffer.hpp"
#include "tools/bench/transport_contestants.hpp"
#include "transport/srtp/srtp_session.hpp"

namespace sotto::tools {
namespace {

using transport::DtlsRole;

constexpr size_t kPackets = 64;
constexpr size_t kHeader = 12;  // RFC 3550 5.1, without extensions
constexpr size_t kTag = 16;     // RFC 7714 13.2

transport::SrtpSession session(DtlsRole role) {
  return transport::SrtpSession::create(transport::SrtpKeys(Secret<88>()), role).value();
}

class Packets {
 public:
  explicit Packets(size_t size) : size_(size), packets_(kPackets) {
    const auto pool = PacketPool::create();
    for (PacketHandle& packet : packets_) packet = pool->take();
  }

  /// Plain RTP packets with the next sequence numbers.
  void write() {
    for (PacketHandle& packet : packets_) {
      packet->clear();
      ByteWriter header(packet->append(size_ - kTag).first(kHeader));
      header.u8(0x80);  // version 2
      header.u8(96);
      header.u16(sequence_++);
      header.u32(0);
      header.u32(1);  // SSRC
    }
  }

  void protect() {
    for (PacketHandle& packet : packets_) SOTTO_ASSERT(sender_.protect_rtp(*packet).ok());
  }

  void unprotect() {
    for (PacketHandle& packet : packets_) SOTTO_ASSERT(receiver_.unprotect_rtp(*packet).ok());
  }

 private:
  const size_t size_;
  uint16_t sequence_ = 0;
  transport::SrtpSession sender_ = session(DtlsRole::kClient);
  transport::SrtpSession receiver_ = session(DtlsRole::kServer);
  std::vector<PacketHandle> packets_;
};

}  // namespace

Contestant srtp_protect(size_t size) {
  const auto packets = std::make_shared<Packets>(size);
  return {kPackets, [packets] { packets->write(); }, [packets] { packets->protect(); }};
}

Contestant srtp_unprotect(size_t size) {
  const auto packets = std::make_shared<Packets>(size);
  const auto make = [packets] {
    packets->write();
    packets->protect();
  };
  return {kPackets, make, [packets] { packets->unprotect(); }};
}

}  // namespace sotto::tools
