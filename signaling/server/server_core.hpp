#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "signaling/server/admission.hpp"
#include "signaling/server/call_limits.hpp"
#include "signaling/server/device_link.hpp"
#include "signaling/server/directory.hpp"
#include "signaling/server/directory_store.hpp"
#include "signaling/server/limits.hpp"
#include "signaling/server/moment.hpp"
#include "signaling/server/network_prefix.hpp"
#include "signaling/server/rate_limits.hpp"
#include "signaling/server/relay_credentials.hpp"
#include "signaling/server/router.hpp"
#include "signaling/server/server_counts.hpp"
#include "signaling/server/server_log.hpp"

namespace sotto::signaling {

/// The whole server but for sockets, TLS and clocks: connections and bytes go in, bytes and the next deadline come out.
/// One thread.
class ServerCore {
 public:
  /// Everything outlives it. `relays` may be null.
  ServerCore(const ServerLimits& limits, DirectoryStore& store, Router& router, const RelayIssuer* relays,
             RandomSource& random, const ServerLog& log, Timestamp now);
  ~ServerCore();

  void set_registration(RegistrationMode mode, Invites invites);

  /// Somebody has connected. Nothing: there is no room for it, the connection is to be closed unseen.
  std::optional<LinkId> on_connected(const NetworkPrefix& prefix, Moment now);
  /// TLS stands, or it has failed.
  void on_secured(LinkId link, const LinkSecurity& security, Moment now);
  void on_not_secured(LinkId link, Moment now);
  /// Bytes from the device, while the link wants them.
  void on_bytes(LinkId link, ByteView bytes, Moment now);
  bool wants_bytes(LinkId link) const;

  /// What is to be written to the link; valid until anything else is called.
  ByteView output(LinkId link) const;
  void on_written(LinkId link, size_t count, Moment now);
  /// Nothing more comes after the output.
  bool is_closing(LinkId link) const;
  /// The connection is to be closed now.
  bool is_over(LinkId link) const;
  /// It is, by whomever. The link is forgotten.
  void on_disconnected(LinkId link, Moment now);

  /// Links that may have something new to write, or be over; each once.
  std::vector<LinkId> take_changed();

  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Moment now);

  /// Ends all links, with a word.
  void stop(Moment now);
  void log_counts(WallTime now) const;

  size_t links() const { return links_.size(); }
  const ServerCounts& counts() const { return counts_; }

 private:
  struct Entry {
    std::unique_ptr<DeviceLink> link;
    bool is_member = false;
    bool has_ended = false;
    bool is_changed = false;
    std::optional<Timestamp> scheduled;
  };

  Entry* find(LinkId link);
  const Entry* find(LinkId link) const;
  void after(LinkId link, Moment now);
  void on_member(LinkId link, const DeviceAddress& device, Moment now);
  void on_ended(LinkId link, Entry& entry, Moment now);
  void on_revoked(const AccountId& account, const std::vector<DeviceId>& devices, Moment now);
  void wake(Moment now);
  void schedule(LinkId link, Entry& entry);
  void unschedule(LinkId link, Entry& entry);
  void mark_changed(LinkId link, Entry& entry);
  std::string label_of(LinkId link) const;

  const ServerLimits limits_;
  const ServerLog& log_;
  const Secret<32> log_key_;
  Router& router_;
  Directory directory_;
  RateLimits rates_;
  CallLimits calls_;
  Admission admission_;
  ServerCounts counts_;
  std::vector<LinkId> woken_;
  LinkServices services_;

  LinkId last_link_ = 0;
  std::map<LinkId, Entry> links_;
  std::map<DeviceAddress, std::vector<LinkId>> members_;  ///< Links that are signed in, oldest first.
  std::vector<LinkId> changed_;
  std::set<std::pair<Timestamp, LinkId>> deadlines_;
  Timestamp counts_due_;
  TokenBucket log_lines_;
};

}  // namespace sotto::signaling
