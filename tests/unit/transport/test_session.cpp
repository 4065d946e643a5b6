#include "test_session.hpp"

namespace sotto::transport {
namespace {

uint32_t first_source(bool of_alice) { return of_alice ? 0x11110000 : 0x22220000; }
int first_payload_type(bool of_alice) { return of_alice ? 100 : 110; }

StreamConfig audio(bool of_alice) {
  return {.kind = MediaKind::kAudio,
          .mid = "0",
          .payload_type = static_cast<uint8_t>(first_payload_type(of_alice)),
          .red_payload_type = static_cast<uint8_t>(first_payload_type(of_alice) + 3),
          .rtx_payload_type = std::nullopt,
          .clock_rate = 48'000,
          .ssrc = Ssrc(first_source(of_alice) + 1),
          .rtx_ssrc = std::nullopt};
}

StreamConfig video(bool of_alice) {
  return {.kind = MediaKind::kVideo,
          .mid = "1",
          .payload_type = static_cast<uint8_t>(first_payload_type(of_alice) + 1),
          .rtx_payload_type = static_cast<uint8_t>(first_payload_type(of_alice) + 2),
          .clock_rate = 90'000,
          .ssrc = Ssrc(first_source(of_alice) + 2),
          .rtx_ssrc = Ssrc(first_source(of_alice) + 3)};
}

}  // namespace

PeerTransportOptions test_options(bool alice) {
  return {.send = {audio(alice), video(alice)},
          .receive = {audio(!alice), video(!alice)},
          .send_mid_extension_id = static_cast<uint8_t>(alice ? 4 : 9),
          .send_transport_sequence_extension_id = static_cast<uint8_t>(alice ? 3 : 5),
          .receive_mid_extension_id = static_cast<uint8_t>(alice ? 9 : 4),
          .receive_transport_sequence_extension_id = static_cast<uint8_t>(alice ? 5 : 3),
          .cname = "c7mRTq2v",
          .video_target = DataRate::kbps(2500),
          .fixed_rate = true,
          .initial_round_trip_time = std::nullopt};
}

SrtpSession test_srtp(bool alice, SrtpLimits limits) {
  Secret<88> material;
  uint8_t next = 0;
  for (uint8_t& byte : material.mutable_view()) byte = next++;
  return SrtpSession::create(SrtpKeys(std::move(material)), alice ? DtlsRole::kClient : DtlsRole::kServer, limits)
      .value();
}

}  // namespace sotto::transport
