#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <sotto/export.hpp>
#include <sotto/result.hpp>

namespace sotto {

class Engine;
struct EngineOptions;

namespace signaling {
class DeviceIdentity;
}

namespace engine {
struct InternalOptions;
Result<std::unique_ptr<Engine>> create_engine(EngineOptions options, InternalOptions internal);
}  // namespace engine

/// Names an account for ever: SHA-256 over its first record.
using AccountId = std::array<uint8_t, 32>;

/// Who this device is: the keys of its account and its own. Kept in memory; wiped with the last copy.
/// Cheap to copy (shared); any thread.
class SOTTO_API Identity {
 public:
  /// A new account with this as its only device.
  static Identity create();

  /// The public half that others need in order to call: give it to them by a way that you trust.
  std::vector<uint8_t> bundle() const;
  AccountId account() const;
  /// Names this device among those of its account, as Envelope::device does.
  std::array<uint8_t, 16> device() const;

 private:
  friend Result<std::unique_ptr<Engine>> engine::create_engine(EngineOptions, engine::InternalOptions);
  explicit Identity(std::shared_ptr<const signaling::DeviceIdentity> keys) : keys_(std::move(keys)) {}
  std::shared_ptr<const signaling::DeviceIdentity> keys_;
};

}  // namespace sotto
