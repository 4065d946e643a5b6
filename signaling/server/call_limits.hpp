#pragma once

#include <array>
#include <cstdint>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/server/limits.hpp"
#include "signaling/server/lru_map.hpp"
#include "signaling/server/rate_limits.hpp"

namespace sotto::signaling {

/// How often an account may call others, and others that do not know it (HANDSHAKE 6.4). A call is what goes as INIT to
/// the devices of one account within a minute: that one byte in clear ahead of a blob is all that is looked at. Who has
/// ever answered whom (a RESP) since the server started is kept as keyed hashes, which mean nothing after it has ended.
/// Bounded memory; one thread.
class CallLimits {
 public:
  CallLimits(const ServerLimits& limits, RandomSource& random);

  /// Before `blob` goes from one account to a device of another. Whether that one exists makes no difference.
  Wait send(const AccountId& from, const AccountId& to, ByteView blob, Timestamp now);

 private:
  /// An account that is being called.
  struct Callee {
    uint64_t account = 0;  ///< keyed hash
    Timestamp since;
    int blobs = 0;
  };
  struct Caller {
    TokenBucket calls, strangers_by_hour, strangers_by_day;
    std::array<Callee, 4> callees;  ///< The latest.
  };
  struct Nothing {};

  uint64_t hash(const AccountId& account) const;
  uint64_t hash(const AccountId& who, const AccountId& whom) const;
  Wait call(Caller& caller, bool is_stranger, Timestamp now) const;

  const ServerLimits limits_;
  const Secret<32> key_;
  LruMap<AccountId, Caller> callers_;
  LruMap<uint64_t, Nothing> answers_;  ///< hash(who, whom)
};

}  // namespace sotto::signaling
