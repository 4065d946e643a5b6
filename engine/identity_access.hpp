#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <sotto/identity.hpp>

#include "base/secret.hpp"
#include "signaling/identity/identity_keeper.hpp"

namespace sotto {

/// What an Identity shares among its copies.
class Identity::State {
 public:
  explicit State(std::shared_ptr<signaling::IdentityKeeper> keeper) : keeper_(std::move(keeper)) {}
  State(std::shared_ptr<signaling::IdentityKeeper> keeper, Secret<32> store_key)
      : keeper_(std::move(keeper)), store_key_(std::move(store_key)) {}

  const std::shared_ptr<signaling::IdentityKeeper>& keeper() const { return keeper_; }
  /// Null: the identity is in memory alone.
  const Secret<32>* store_key() const { return store_key_ ? &*store_key_ : nullptr; }

 private:
  std::shared_ptr<signaling::IdentityKeeper> keeper_;
  std::optional<Secret<32>> store_key_;
};

namespace engine {

/// Lets the engine and our own programs behind an Identity.
struct IdentityAccess {
  static Identity make(std::shared_ptr<signaling::IdentityKeeper> keeper) {
    return Identity(std::make_shared<const Identity::State>(std::move(keeper)));
  }
  static Identity make(std::shared_ptr<signaling::IdentityKeeper> keeper, Secret<32> store_key) {
    return Identity(std::make_shared<const Identity::State>(std::move(keeper), std::move(store_key)));
  }
  static const Identity::State& state(const Identity& identity) { return *identity.state_; }
};

}  // namespace engine
}  // namespace sotto
