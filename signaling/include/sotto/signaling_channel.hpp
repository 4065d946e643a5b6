#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <sotto/result.hpp>

namespace sotto {

/// The most bytes of a sealed blob in an Envelope. Larger ones are dropped unread.
inline constexpr size_t kMaxBlobSize = 8192;

/// A sealed message and the device that it is for. Who sent it stands inside, where only the addressee reads it.
struct Envelope {
  std::array<uint8_t, 32> account{};  ///< The addressee's account id.
  std::array<uint8_t, 16> device{};   ///< One device of that account.
  std::vector<uint8_t> blob;          ///< Sealed; at most kMaxBlobSize bytes.
};

/// Carries envelopes between devices: sotto's own server, or whatever an application already has (SIP, XMPP, Matrix, a
/// test). It need not be trusted, reliable or in order: it can delay, lose, repeat and reorder, but not read or forge.
class SignalingChannel {
 public:
  virtual ~SignalingChannel() = default;

  /// Begins to hand over what arrives for this device. `on_envelope` is called from any one thread at a time and
  /// returns soon. Called once, before stop().
  virtual void start(std::function<void(Envelope)> on_envelope) = 0;

  /// Ends it: `on_envelope` is not running and is not called again once this has returned, unless stop() is called
  /// from within `on_envelope` itself, which then is the last call. Hold no lock that `on_envelope` takes.
  virtual void stop() = 0;

  /// Hands an envelope on. Any thread; never blocks, and never calls `on_envelope` itself. Success says that it was
  /// taken, not that it arrived. kInvalidArgument if the blob is too large, kUnavailable if too much is waiting.
  virtual Result<void> send(Envelope envelope) = 0;
};

}  // namespace sotto
