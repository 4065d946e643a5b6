#pragma once

#include <deque>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "signaling/server/limits.hpp"
#include "signaling/server/router.hpp"

namespace sotto::signaling {

/// The router of a server that is one process. Bounded: in blobs a device, in bytes overall; when the bytes are used up
/// the oldest go, and of a device's blobs the oldest of whoever has sent it most.
class LocalRouter final : public Router {
 public:
  LocalRouter(const ServerLimits& limits, RandomSource& random, Timestamp now);

  const RouterBootId& boot_id() const override { return boot_id_; }
  void attach(const DeviceAddress& device, Listener& link, Timestamp now) override;
  void detach(const DeviceAddress& device, Listener& link, Timestamp now) override;
  void send(const DeviceAddress& from, uint64_t id, const DeviceAddress& to, ByteView blob, Timestamp now) override;
  uint64_t last_taken(const DeviceAddress& from) const override;
  std::optional<RoutedBlob> next(const DeviceAddress& device, uint64_t after) override;
  void on_received(const DeviceAddress& device, Listener& link, uint64_t id) override;
  std::optional<Timestamp> next_deadline() const override;
  void on_deadline(Timestamp now) override;

  size_t blobs_waiting() const { return blobs_.size(); }
  /// Devices with a link, or of which something is remembered.
  size_t mailboxes() const { return mailboxes_.size(); }

 private:
  struct Blob {
    uint64_t id = 0;
    AccountId from;
    DeviceAddress to;
    Timestamp expires;
    Bytes bytes;
  };
  using Blobs = std::list<Blob>;  // of all devices, oldest first
  struct Link {
    Listener* listener = nullptr;
    uint64_t received = 0;
  };
  struct Mailbox {
    std::deque<Blobs::iterator> waiting;  // oldest first
    std::vector<Link> links;
    uint64_t last_id = 0;
    uint64_t taken = 0;  ///< Of what this device has sent.
    Timestamp forget_at{};
  };
  using Mailboxes = std::map<DeviceAddress, Mailbox>;

  void make_room(Mailbox& mailbox);
  void remove(Blobs::iterator blob);
  void drop_oldest(Timestamp now);
  void forget_if_unused(Mailboxes::iterator mailbox, Timestamp now);

  const ServerLimits limits_;
  const Timestamp started_;
  RouterBootId boot_id_{};
  Blobs blobs_;
  size_t bytes_ = 0;
  Mailboxes mailboxes_;
  std::deque<std::pair<Timestamp, DeviceAddress>> left_;  ///< Mailboxes that lost their last link, oldest first.
};

}  // namespace sotto::signaling
