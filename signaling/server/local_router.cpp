#include "signaling/server/local_router.hpp"

#include <algorithm>
#include <utility>

namespace sotto::signaling {
namespace {

// What a device has sent is remembered for longer than it would ever send it again (45 s).
constexpr Duration kRememberFor = 60s;

// A blob's place in the list, in the queue and in the map.
constexpr size_t kBlobOverhead = 256;

}  // namespace

LocalRouter::LocalRouter(const ServerLimits& limits, RandomSource& random, Timestamp now)
    : limits_(limits), started_(now) {
  random.fill(boot_id_);
}

void LocalRouter::attach(const DeviceAddress& device, Listener& link, Timestamp) {
  mailboxes_[device].links.push_back({&link, 0});
}

void LocalRouter::detach(const DeviceAddress& device, Listener& link, Timestamp now) {
  const auto mailbox = mailboxes_.find(device);
  if (mailbox == mailboxes_.end()) return;
  std::erase_if(mailbox->second.links, [&link](const Link& one) { return one.listener == &link; });
  if (!mailbox->second.links.empty()) return;
  mailbox->second.forget_at = now + kRememberFor;
  left_.emplace_back(now + kRememberFor, device);
}

void LocalRouter::send(const DeviceAddress& from, uint64_t id, const DeviceAddress& to, ByteView bytes, Timestamp now) {
  if (const auto sender = mailboxes_.find(from); sender != mailboxes_.end()) {
    sender->second.taken = std::max(sender->second.taken, id);
  }
  Mailbox& mailbox = mailboxes_[to];
  if (mailbox.waiting.size() >= limits_.blobs_per_device) make_room(mailbox);
  // By the clock, so that it grows also for a device that was forgotten in between.
  mailbox.last_id = std::max(mailbox.last_id + 1, static_cast<uint64_t>((now - started_).count()));
  const auto blob = blobs_.insert(
      blobs_.end(), {mailbox.last_id, from.account, to, now + limits_.blob_life, Bytes(bytes.begin(), bytes.end())});
  mailbox.waiting.push_back(blob);
  bytes_ += bytes.size() + kBlobOverhead;
  for (const Link& link : mailbox.links) link.listener->on_waiting();
  while (bytes_ > limits_.blob_bytes) drop_oldest(now);
}

uint64_t LocalRouter::last_taken(const DeviceAddress& from) const {
  const auto mailbox = mailboxes_.find(from);
  return mailbox == mailboxes_.end() ? 0 : mailbox->second.taken;
}

std::optional<RoutedBlob> LocalRouter::next(const DeviceAddress& device, uint64_t after) {
  const auto mailbox = mailboxes_.find(device);
  if (mailbox == mailboxes_.end()) return std::nullopt;
  const auto& waiting = mailbox->second.waiting;
  const auto found = std::ranges::upper_bound(waiting, after, {}, [](const auto& blob) { return blob->id; });
  if (found == waiting.end()) return std::nullopt;
  return RoutedBlob{(*found)->id, (*found)->bytes};
}

void LocalRouter::on_received(const DeviceAddress& device, Listener& link, uint64_t id) {
  const auto found = mailboxes_.find(device);
  if (found == mailboxes_.end() || found->second.links.empty()) return;
  Mailbox& mailbox = found->second;
  for (Link& one : mailbox.links) {
    if (one.listener == &link) one.received = std::max(one.received, id);
  }
  // A device may have a link that it has lost without our knowing, and one that a second program has opened: a blob
  // goes when all have it, or in time.
  const uint64_t by_all = std::ranges::min_element(mailbox.links, {}, &Link::received)->received;
  while (!mailbox.waiting.empty() && mailbox.waiting.front()->id <= by_all) remove(mailbox.waiting.front());
}

void LocalRouter::make_room(Mailbox& mailbox) {
  std::map<AccountId, size_t> counts;
  for (const auto& blob : mailbox.waiting) counts[blob->from] += 1;
  const AccountId loudest = std::ranges::max_element(counts, {}, [](const auto& count) { return count.second; })->first;
  remove(*std::ranges::find_if(mailbox.waiting, [&](const auto& blob) { return blob->from == loudest; }));
}

void LocalRouter::remove(Blobs::iterator blob) {
  const auto mailbox = mailboxes_.find(blob->to);
  std::erase(mailbox->second.waiting, blob);
  bytes_ -= blob->bytes.size() + kBlobOverhead;
  blobs_.erase(blob);
}

void LocalRouter::drop_oldest(Timestamp now) {
  const auto mailbox = mailboxes_.find(blobs_.front().to);
  remove(blobs_.begin());
  forget_if_unused(mailbox, now);
}

// A mailbox without links and blobs is kept for what it remembers of the device's own sending.
void LocalRouter::forget_if_unused(Mailboxes::iterator mailbox, Timestamp now) {
  const Mailbox& box = mailbox->second;
  if (box.links.empty() && box.waiting.empty() && box.forget_at <= now) mailboxes_.erase(mailbox);
}

std::optional<Timestamp> LocalRouter::next_deadline() const {
  std::optional<Timestamp> next;
  if (!blobs_.empty()) next = blobs_.front().expires;
  if (!left_.empty() && (!next || left_.front().first < *next)) next = left_.front().first;
  return next;
}

void LocalRouter::on_deadline(Timestamp now) {
  while (!blobs_.empty() && blobs_.front().expires <= now) drop_oldest(now);
  while (!left_.empty() && left_.front().first <= now) {
    const auto mailbox = mailboxes_.find(left_.front().second);
    left_.pop_front();
    if (mailbox != mailboxes_.end()) forget_if_unused(mailbox, now);
  }
}

}  // namespace sotto::signaling
