#pragma once

#include <cstddef>

#include <sotto/time.hpp>
#include "signaling/server/token_bucket.hpp"

namespace sotto::signaling {

/// What the server allows (HANDSHAKE 6.4). Everything it holds in memory is bounded by these.
struct ServerLimits {
  size_t links = 10'000;
  size_t links_per_device = 3;              ///< The oldest is closed.
  size_t unauthenticated_per_prefix = 256;  ///< Likewise.
  Duration handshake = 10s;                 ///< From the TCP connection to the sign-in.
  Duration silence = 90s;                   ///< Devices ping each 25 s.
  Duration stall = 30s;                     ///< A device that reads nothing of what waits for it.
  Rate connections_per_prefix{256, 5s};     ///< Before the TLS handshake.
  Rate sign_ins_per_prefix{64, 8s};         ///< Before any signature is checked,
  Rate sign_ins{2000, 4s};                  ///< and those of everybody: 500 a second, 0.35 ms each.
  Rate registrations_per_prefix{20, 1h};    ///< Names are for ever.
  Rate look_ups{30, 1min};                  ///< From here on: of one account.
  Rate publications{10, 1min};              ///< Each is checked and written.
  Rate relay_requests{10, 1min};            ///< One a call.
  Rate sent_bytes{512.0 * 1024, 16s};       ///< A call with 8 devices sends some 50 KiB while it begins.
  Rate calls{10, 1min};                     ///< Accounts called, however many devices they have;
  Rate calls_to_strangers_by_hour{5, 1h};   ///< those that have not answered since the server started;
  Rate calls_to_strangers_by_day{20, 24h};  ///< likewise.
  size_t blobs_per_device = 64;             ///< That wait for it.
  size_t blob_bytes = size_t{64} << 20;     ///< Of all blobs that wait.
  Duration blob_life = 45s;                 ///< HANDSHAKE 6.5: in memory alone.
  size_t accounts_remembered = 65'536;      ///< Whose rates are known; the rest has its full allowance.
  size_t prefixes_remembered = 65'536;      ///< Likewise.
  size_t answers_remembered = 262'144;      ///< Who has answered whom: 8 bytes of a keyed hash each.
};

}  // namespace sotto::signaling
