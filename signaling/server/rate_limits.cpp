#include "signaling/server/rate_limits.hpp"

namespace sotto::signaling {
namespace {

// What a blob costs beside its bytes: an envelope, a place in a queue, two frames.
constexpr size_t kBlobOverhead = 256;

Wait take(TokenBucket& bucket, const Rate& rate, Timestamp now, double cost = 1) {
  if (bucket.take(rate, now, cost)) return std::nullopt;
  return bucket.wait(rate, now, cost);
}

}  // namespace

RateLimits::RateLimits(const ServerLimits& limits)
    : limits_(limits), prefixes_(limits.prefixes_remembered), accounts_(limits.accounts_remembered) {}

Wait RateLimits::connect(const NetworkPrefix& prefix, Timestamp now) {
  return take(prefixes_.touch(prefix).connections, limits_.connections_per_prefix, now);
}

Wait RateLimits::sign_in(const NetworkPrefix& prefix, Timestamp now) {
  // The network's own allowance first: one network must not use up everybody's.
  if (const Wait wait = take(prefixes_.touch(prefix).sign_ins, limits_.sign_ins_per_prefix, now)) return wait;
  return take(sign_ins_, limits_.sign_ins, now);
}

Wait RateLimits::register_account(const NetworkPrefix& prefix, Timestamp now) {
  return take(prefixes_.touch(prefix).registrations, limits_.registrations_per_prefix, now);
}

Wait RateLimits::look_up(const AccountId& account, Timestamp now) {
  return take(accounts_.touch(account).look_ups, limits_.look_ups, now);
}

Wait RateLimits::publish(const AccountId& account, Timestamp now) {
  return take(accounts_.touch(account).publications, limits_.publications, now);
}

Wait RateLimits::request_relay(const AccountId& account, Timestamp now) {
  return take(accounts_.touch(account).relay_requests, limits_.relay_requests, now);
}

Wait RateLimits::send(const AccountId& account, size_t blob_size, Timestamp now) {
  const double cost = static_cast<double>(blob_size + kBlobOverhead);
  return take(accounts_.touch(account).sent_bytes, limits_.sent_bytes, now, cost);
}

}  // namespace sotto::signaling
