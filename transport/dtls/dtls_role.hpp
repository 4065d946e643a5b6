#pragma once

namespace sotto::transport {

/// Which side of the DTLS handshake we are. The client speaks first; in a sotto call it is the callee.
enum class DtlsRole { kClient, kServer };

/// The other side's role.
constexpr DtlsRole peer_of(DtlsRole role) { return role == DtlsRole::kClient ? DtlsRole::kServer : DtlsRole::kClient; }

}  // namespace sotto::transport
