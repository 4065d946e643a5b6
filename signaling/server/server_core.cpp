#include "signaling/server/server_core.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/crypto/hmac.hpp"
#include "signaling/protocol/server.pb.h"

namespace sotto::signaling {
namespace {

constexpr Duration kCountsInterval = 10min;

/// Lines about single links: whoever makes many links that end badly does not fill the disk.
constexpr Rate kLogLines{60, 1min};

/// When a device may try again that had to go, or that is not let in, so that not all come at once.
constexpr Duration kComeBackAfter = 5s;

}  // namespace

ServerCore::ServerCore(const ServerLimits& limits, DirectoryStore& store, Router& router, const RelayIssuer* relays,
                       RandomSource& random, const ServerLog& log, Timestamp now)
    : limits_(limits),
      log_(log),
      log_key_(random.bytes<32>()),
      router_(router),
      directory_(store),
      rates_(limits),
      calls_(limits, random),
      admission_(limits),
      services_{limits_, directory_, router, rates_, calls_, relays, random, counts_, woken_},
      counts_due_(now + kCountsInterval) {}

ServerCore::~ServerCore() {
  for (auto& [id, entry] : links_) entry.link->close_at_once(LinkEnd::kServerStops, Timestamp());
}

void ServerCore::set_registration(RegistrationMode mode, Invites invites) {
  directory_.set_registration(mode, std::move(invites));
}

std::optional<LinkId> ServerCore::on_connected(const NetworkPrefix& prefix, Moment now) {
  counts_.connections += 1;
  if (rates_.connect(prefix, now.time)) {
    counts_.turned_away += 1;
    return std::nullopt;
  }
  const LinkId id = ++last_link_;
  const Admission::Decision decision = admission_.admit(id, prefix);
  if (Entry* const entry = decision.closes ? find(*decision.closes) : nullptr) {
    entry->link->close_at_once(LinkEnd::kCrowdedOut, now.time);
    after(*decision.closes, now);
  }
  if (!decision.admitted) {
    counts_.turned_away += 1;
    return std::nullopt;
  }
  Entry& entry = links_[id];
  entry.link = std::make_unique<DeviceLink>(id, prefix, services_, now.time);
  after(id, now);
  return id;
}

void ServerCore::on_secured(LinkId id, const LinkSecurity& security, Moment now) {
  if (Entry* const entry = find(id)) {
    entry->link->on_secured(security, now);
    after(id, now);
  }
}

void ServerCore::on_not_secured(LinkId id, Moment now) {
  if (Entry* const entry = find(id)) {
    entry->link->close_at_once(LinkEnd::kNotSecured, now.time);
    after(id, now);
  }
}

void ServerCore::on_bytes(LinkId id, ByteView bytes, Moment now) {
  if (Entry* const entry = find(id)) {
    entry->link->on_bytes(bytes, now);
    after(id, now);
  }
}

bool ServerCore::wants_bytes(LinkId id) const {
  const Entry* const entry = find(id);
  return entry != nullptr && entry->link->wants_bytes();
}

ByteView ServerCore::output(LinkId id) const {
  const Entry* const entry = find(id);
  return entry == nullptr ? ByteView() : entry->link->output();
}

void ServerCore::on_written(LinkId id, size_t count, Moment now) {
  if (Entry* const entry = find(id)) {
    entry->link->on_written(count, now);
    after(id, now);
  }
}

bool ServerCore::is_closing(LinkId id) const {
  const Entry* const entry = find(id);
  return entry == nullptr || !entry->link->is_open();
}

bool ServerCore::is_over(LinkId id) const {
  const Entry* const entry = find(id);
  return entry == nullptr || entry->link->is_over();
}

void ServerCore::on_disconnected(LinkId id, Moment now) {
  Entry* const entry = find(id);
  if (entry == nullptr) return;
  entry->link->close_at_once(LinkEnd::kByDevice, now.time);
  after(id, now);
  unschedule(id, *entry);
  links_.erase(id);
}

std::vector<LinkId> ServerCore::take_changed() {
  for (const LinkId id : changed_) {
    if (Entry* const entry = find(id)) entry->is_changed = false;
  }
  return std::exchange(changed_, {});
}

std::optional<Timestamp> ServerCore::next_deadline() const {
  Timestamp next = counts_due_;
  if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first);
  return std::min(next, router_.next_deadline().value_or(next));
}

void ServerCore::on_deadline(Moment now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now.time) {
    const LinkId id = deadlines_.begin()->second;
    Entry& entry = *find(id);
    unschedule(id, entry);
    // It may have heard something in the meantime: then it is not due yet.
    entry.link->on_deadline(now.time);
    after(id, now);
  }
  if (const auto due = router_.next_deadline(); due && *due <= now.time) router_.on_deadline(now.time);
  if (counts_due_ <= now.time) {
    counts_due_ = now.time + kCountsInterval;
    log_counts(now.date);
  }
}

void ServerCore::stop(Moment now) {
  for (auto& [id, entry] : links_) {
    entry.link->close(LinkEnd::kServerStops, Denial{wire::REFUSAL_OVERLOADED, kComeBackAfter}, now.time);
  }
  for (auto& [id, entry] : links_) after(id, now);
}

ServerCore::Entry* ServerCore::find(LinkId id) {
  const auto found = links_.find(id);
  return found == links_.end() ? nullptr : &found->second;
}

const ServerCore::Entry* ServerCore::find(LinkId id) const { return const_cast<ServerCore*>(this)->find(id); }

// What a link has become, and what follows from it for others.
void ServerCore::after(LinkId id, Moment now) {
  Entry& entry = *find(id);
  if (!entry.is_member && entry.link->state() == DeviceLink::State::kSignedIn) {
    entry.is_member = true;
    on_member(id, *entry.link->device(), now);
  }
  if (const std::vector<DeviceId> revoked = entry.link->take_revoked(); !revoked.empty()) {
    on_revoked(entry.link->device()->account, revoked, now);
  }
  if (!entry.has_ended && !entry.link->is_open()) {
    entry.has_ended = true;
    on_ended(id, entry, now);
  }
  schedule(id, entry);
  mark_changed(id, entry);
  wake(now);
}

void ServerCore::on_member(LinkId id, const DeviceAddress& device, Moment now) {
  admission_.on_signed_in(id);
  std::vector<LinkId>& of_device = members_[device];
  of_device.push_back(id);
  if (of_device.size() <= limits_.links_per_device) return;
  const LinkId oldest = of_device.front();
  find(oldest)->link->close(LinkEnd::kReplaced, Denial{wire::REFUSAL_TOO_MANY_LINKS, kComeBackAfter}, now.time);
  after(oldest, now);
}

void ServerCore::on_revoked(const AccountId& account, const std::vector<DeviceId>& devices, Moment now) {
  for (const DeviceId& device : devices) {
    const auto found = members_.find({account, device});
    if (found == members_.end()) continue;
    const std::vector<LinkId> links = found->second;
    for (const LinkId id : links) {
      find(id)->link->close(LinkEnd::kRevoked, Denial{wire::REFUSAL_REVOKED}, now.time);
      after(id, now);
    }
  }
}

void ServerCore::on_ended(LinkId id, Entry& entry, Moment now) {
  admission_.on_closed(id);
  if (entry.is_member) {
    const auto found = members_.find(*entry.link->device());
    std::erase(found->second, id);
    if (found->second.empty()) members_.erase(found);
  }
  const LinkEnd end = entry.link->end();
  counts_.ended[static_cast<size_t>(end)] += 1;
  if (end == LinkEnd::kByDevice || end == LinkEnd::kServerStops || !log_lines_.take(kLogLines, now.time)) return;
  const std::string label = label_of(id);
  log_.write(now.date, "link_closed", {{"link", label}, {"reason", to_string(end)}});
}

// A blob of one link has come for others.
void ServerCore::wake(Moment now) {
  for (const LinkId id : std::exchange(woken_, {})) {
    Entry* const entry = find(id);
    if (entry == nullptr) continue;
    entry->link->pull_blobs(now.time);
    schedule(id, *entry);
    mark_changed(id, *entry);
  }
}

// A deadline that has moved away is left where it is: the link says that it is not due yet, and it is set anew.
void ServerCore::schedule(LinkId id, Entry& entry) {
  const std::optional<Timestamp> next = entry.link->next_deadline();
  if (!next || (entry.scheduled && *entry.scheduled <= *next)) return;
  unschedule(id, entry);
  entry.scheduled = next;
  deadlines_.emplace(*next, id);
}

void ServerCore::unschedule(LinkId id, Entry& entry) {
  if (!entry.scheduled) return;
  deadlines_.erase({*entry.scheduled, id});
  entry.scheduled.reset();
}

void ServerCore::mark_changed(LinkId id, Entry& entry) {
  if (!std::exchange(entry.is_changed, true)) changed_.push_back(id);
}

// The same within one run of the server, to follow a link through the log, and nothing beyond it.
std::string ServerCore::label_of(LinkId id) const {
  std::array<uint8_t, 8> bytes{};
  ByteWriter(bytes).u64(id);
  const Secret<32> digest = hmac_sha256(log_key_.view(), {bytes});
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%08x", ByteReader(digest.view()).u32());
  return text.data();
}

void ServerCore::log_counts(WallTime now) const {
  const auto ended = [this](LinkEnd end) { return counts_.ended[static_cast<size_t>(end)]; };
  log_.write(now, "counts",
             {{"links", uint64_t{links_.size()}},
              {"devices", uint64_t{members_.size()}},
              {"connections", counts_.connections},
              {"turned_away", counts_.turned_away},
              {"sign_ins", counts_.sign_ins},
              {"registrations", counts_.registrations},
              {"blobs", counts_.blobs},
              {"rate_limited", counts_.rate_limited},
              {"refused", ended(LinkEnd::kRefused)},
              {"malformed", ended(LinkEnd::kMalformed)},
              {"storage_failures", counts_.storage_failures}});
}

}  // namespace sotto::signaling
