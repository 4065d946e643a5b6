#pragma once

#include <cstdint>
#include <optional>

#include <sotto/time.hpp>
#include "signaling/identity/identifiers.hpp"
#include "signaling/server/limits.hpp"
#include "signaling/server/lru_map.hpp"
#include "signaling/server/network_prefix.hpp"

namespace sotto::signaling {

/// Nothing: go on. Otherwise how long to wait before it is worth another try.
using Wait = std::optional<Duration>;

/// How often networks may connect and sign in, and accounts may ask and send. Bounded memory; one thread.
class RateLimits {
 public:
  explicit RateLimits(const ServerLimits& limits);

  /// Of networks, whose devices have not signed in yet.
  Wait connect(const NetworkPrefix& prefix, Timestamp now);
  Wait sign_in(const NetworkPrefix& prefix, Timestamp now);
  Wait register_account(const NetworkPrefix& prefix, Timestamp now);

  /// Of accounts.
  Wait look_up(const AccountId& account, Timestamp now);
  Wait publish(const AccountId& account, Timestamp now);
  Wait request_relay(const AccountId& account, Timestamp now);
  Wait send(const AccountId& account, size_t blob_size, Timestamp now);

 private:
  struct OfPrefix {
    TokenBucket connections, sign_ins, registrations;
  };
  struct OfAccount {
    TokenBucket look_ups, publications, relay_requests, sent_bytes;
  };

  const ServerLimits limits_;
  TokenBucket sign_ins_;
  LruMap<NetworkPrefix, OfPrefix> prefixes_;
  LruMap<AccountId, OfAccount> accounts_;
};

}  // namespace sotto::signaling
