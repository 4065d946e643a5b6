#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "signaling/server/device_address.hpp"

namespace sotto::signaling {

/// Names a life of the router: it changes when blobs and counts are forgotten.
using RouterBootId = std::array<uint8_t, 16>;

/// A blob on its way to a device.
struct RoutedBlob {
  uint64_t id = 0;  ///< Grows for each device, for as long as the boot id stays.
  ByteView blob;    ///< Valid until the router is used again.
};

/// Carries blobs from device to device: one of the two seams of the server, beside DirectoryStore. A larger
/// installation puts a message system behind it. A blob waits in memory until every link of its device has it, for 45 s
/// at the most (HANDSHAKE 6.5); nothing is ever written. What happens to a blob does not depend on whether its
/// addressee exists. One thread.
class Router {
 public:
  /// A link of a device, as the router sees it.
  class Listener {
   public:
    /// There is something behind what next() gave last. Does not call back into the router.
    virtual void on_waiting() = 0;

   protected:
    ~Listener() = default;
  };

  virtual ~Router() = default;

  virtual const RouterBootId& boot_id() const = 0;

  /// The device has a link. What waits for it can be had with next() at once.
  virtual void attach(const DeviceAddress& device, Listener& link, Timestamp now) = 0;
  /// It has lost this one. What it has not received waits for another.
  virtual void detach(const DeviceAddress& device, Listener& link, Timestamp now) = 0;

  /// Takes a blob, and notes that the sender's count of what it sent stands at `id`.
  virtual void send(const DeviceAddress& from, uint64_t id, const DeviceAddress& to, ByteView blob, Timestamp now) = 0;
  /// The highest id that was taken of this device; 0 = none.
  virtual uint64_t last_taken(const DeviceAddress& from) const = 0;

  /// The first blob for the device behind `after`, if there is one.
  virtual std::optional<RoutedBlob> next(const DeviceAddress& device, uint64_t after) = 0;
  /// This link has everything up to `id`.
  virtual void on_received(const DeviceAddress& device, Listener& link, uint64_t id) = 0;

  virtual std::optional<Timestamp> next_deadline() const = 0;
  virtual void on_deadline(Timestamp now) = 0;
};

}  // namespace sotto::signaling
