// rooms: sotto_transport
#include "base/assert.hpp"
#include "transport/datagram_kind.hpp"
#include "transport/peer_transport.hpp"

using namespace sotto;
using namespace sotto::transport;

namespace {

SrtpSession session(DtlsRole role) { return SrtpSession::create(SrtpKeys(Secret<88>()), role).value(); }

PeerTransportOptions options() {
  const StreamConfig video{.kind = MediaKind::kVideo,
                           .mid = "1",
                           .payload_type = 101,
                           .rtx_payload_type = 102,
                           .clock_rate = 90'000,
                           .ssrc = Ssrc(1),
                           .rtx_ssrc = Ssrc(2)};
  const StreamConfig audio{.kind = MediaKind::kAudio,
                           .mid = "0",
                           .payload_type = 111,
                           .red_payload_type = 63,
                           .rtx_payload_type = std::nullopt,
                           .clock_rate = 48'000,
                           .ssrc = Ssrc(3),
                           .rtx_ssrc = std::nullopt};
  StreamConfig unsignalled = video;
  unsignalled.ssrc = Ssrc();
  unsignalled.rtx_ssrc.reset();
  return {.send = {video, audio},
          .receive = {unsignalled, audio},
          .send_mid_extension_id = 1,
          .send_transport_sequence_extension_id = 2,
          .receive_mid_extension_id = 1,
          .receive_transport_sequence_extension_id = 2,
          .cname = "c",
          .video_target = DataRate::kbps(2500),
          .fixed_rate = false,
          .initial_round_trip_time = std::nullopt};
}

}  // namespace

/// What a peer who has the keys can do to us: the input is plain packets, each with its length and a wait before it,
/// which are protected on their way in.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  SeededRandom random(1);
  const auto pool = PacketPool::create();
  Timestamp now{1000s};
  PeerTransport transport(options(), session(DtlsRole::kClient), random, pool, now, WallTime{});
  SrtpSession peer = session(DtlsRole::kServer);
  ByteReader reader({data, size});
  uint32_t sent = 0;
  while (!reader.at_end()) {
    now += Duration(int64_t{reader.u8()} * 500);
    const size_t length = reader.u8();
    PacketHandle packet = pool->take();
    packet->append_bytes(reader.take(std::min(length, reader.remaining())));
    const bool rtcp = datagram_kind(packet->view()) == DatagramKind::kSrtcp;
    if (rtcp ? peer.protect_rtcp(*packet) : peer.protect_rtp(*packet)) transport.on_datagram(packet->view(), now);

    PacketHandle payload = pool->take();
    payload->append(100);
    transport.send(MediaKind::kVideo, std::move(payload), 3000 * ++sent, true, now);
    PacketHandle sound = pool->take();
    sound->append(80);
    transport.send(MediaKind::kAudio, std::move(sound), 960 * sent, false, now);
    if (transport.next_deadline() && *transport.next_deadline() <= now) transport.on_deadline(now);
    int datagrams = 0;
    while (const PacketHandle datagram = transport.poll_datagram()) {
      SOTTO_ASSERT(datagram->size() <= kMaxDatagramSize);
      ++datagrams;
    }
    SOTTO_ASSERT(datagrams < 500);
    while (transport.poll_event()) {
    }
  }
  return 0;
}
