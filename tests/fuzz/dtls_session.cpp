// rooms: sotto_transport_dtls
#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "transport/dtls/dtls_session.hpp"

using namespace sotto;
using namespace sotto::transport;

namespace {

using CertificatePointer = std::shared_ptr<const DtlsCertificate>;

CertificatePointer new_certificate() {
  return std::make_shared<const DtlsCertificate>(DtlsCertificate::create().value());
}

}  // namespace

// A handshake between two honest ends with somebody in between. The input is a list of his deeds, each behind its kind
// and length: datagrams of his own to either end, changed bytes, and lost or repeated datagrams. Neither end may break;
// and once both are connected, nothing he does may end it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const CertificatePointer client_certificate = new_certificate();
  static const CertificatePointer server_certificate = new_certificate();
  DtlsSession client({.role = DtlsRole::kClient,
                      .certificate = client_certificate,
                      .peer_fingerprint = server_certificate->fingerprint()});
  DtlsSession server({.role = DtlsRole::kServer,
                      .certificate = server_certificate,
                      .peer_fingerprint = client_certificate->fingerprint()});
  const std::array<DtlsSession*, 2> ends{&client, &server};
  Timestamp now{1h};
  client.start(now);
  server.start(now);

  ByteReader reader({data, size});
  while (!reader.at_end() && reader.ok()) {
    const uint8_t deed = reader.u8();
    const size_t from = deed & 1;
    DtlsSession& receiver = *ends[1 - from];
    const bool both_connected = client.state() == DtlsState::kConnected && server.state() == DtlsState::kConnected;
    switch (deed >> 1 & 3) {
      case 0: {  // a datagram of his own
        const ByteView bytes = reader.take(std::min<size_t>(reader.u8(), reader.remaining()));
        receiver.on_datagram(bytes, now);
        break;
      }
      case 1: {  // an honest datagram with some bytes changed
        auto datagram = ends[from]->poll_datagram();
        const ByteView mask = reader.take(std::min<size_t>(reader.u8() & 15, reader.remaining()));
        const size_t offset = reader.u16();
        if (!datagram) break;
        for (size_t i = 0; i < mask.size() && offset + i < datagram->size(); ++i) {
          (*datagram)[offset + i] = static_cast<uint8_t>((*datagram)[offset + i] ^ mask[i]);
        }
        receiver.on_datagram(*datagram, now);
        break;
      }
      case 2:  // an honest datagram, lost or twice
        if (const auto datagram = ends[from]->poll_datagram()) {
          for (int i = 0; i < (deed >> 3 & 3); ++i) receiver.on_datagram(*datagram, now);
        }
        break;
      default:  // time, or a message
        now += 50ms;
        for (DtlsSession* end : ends) {
          if (end->next_deadline().value_or(Timestamp::max()) <= now) end->on_deadline(now);
        }
        if ((deed & 8) != 0) (void)ends[from]->send(as_bytes("message"));
    }
    while (receiver.poll_message()) {
    }
    if (both_connected) {
      SOTTO_ASSERT(client.state() == DtlsState::kConnected && server.state() == DtlsState::kConnected);
    }
  }
  return 0;
}
