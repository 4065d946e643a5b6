#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "tests/unit/dtls/openssl_clock.hpp"
#include "transport/dtls/dtls_session.hpp"

namespace sotto::transport {

inline std::shared_ptr<const DtlsCertificate> new_certificate() {
  return std::make_shared<const DtlsCertificate>(DtlsCertificate::create().value());
}

/// One datagram on the way.
struct Flying {
  DtlsRole from = DtlsRole::kClient;
  Bytes bytes = {};
};

/// A client and a server in virtual time with nothing between them but a filter.
class DtlsPair {
 public:
  DtlsPair() : DtlsPair(new_certificate(), new_certificate()) {}
  DtlsPair(std::shared_ptr<const DtlsCertificate> client_certificate,
           std::shared_ptr<const DtlsCertificate> server_certificate)
      : client(DtlsOptions{.role = DtlsRole::kClient,
                           .certificate = client_certificate,
                           .peer_fingerprint = server_certificate->fingerprint()}),
        server(DtlsOptions{.role = DtlsRole::kServer,
                           .certificate = server_certificate,
                           .peer_fingerprint = client_certificate->fingerprint()}) {
    set_openssl_clock(now);
  }

  DtlsSession& end(DtlsRole role) { return role == DtlsRole::kClient ? client : server; }

  void start() {
    client.start(now);
    server.start(now);
  }

  /// Carries datagrams to and fro until none is left. `delivers` decides about each and may change it.
  void exchange(const std::function<bool(Flying&)>& delivers = [](Flying&) { return true; }) {
    for (bool moved = true; moved;) {
      moved = false;
      for (const DtlsRole from : {DtlsRole::kClient, DtlsRole::kServer}) {
        std::vector<Bytes> flight;
        while (auto datagram = end(from).poll_datagram()) flight.push_back(std::move(*datagram));
        for (Bytes& datagram : flight) {
          moved = true;
          Flying flying{.from = from, .bytes = std::move(datagram)};
          sizes.push_back(flying.bytes.size());
          if (delivers(flying)) end(peer_of(from)).on_datagram(flying.bytes, now);
        }
      }
    }
  }

  /// Lets time pass to the next deadline of either end. False if there is none.
  bool wait() {
    const auto a = client.next_deadline();
    const auto b = server.next_deadline();
    if (!a && !b) return false;
    now = std::max(now, std::min(a.value_or(Timestamp::max()), b.value_or(Timestamp::max())));
    set_openssl_clock(now);
    if (a && *a <= now) client.on_deadline(now);
    if (b && *b <= now) server.on_deadline(now);
    return true;
  }

  bool connected() const { return client.state() == DtlsState::kConnected && server.state() == DtlsState::kConnected; }

  void connect() {
    start();
    exchange();
  }

  Timestamp now{1h};
  DtlsSession client;
  DtlsSession server;
  std::vector<size_t> sizes;  ///< of all datagrams that were sent
};

}  // namespace sotto::transport
