#include <sotto/engine.hpp>

#include <utility>

#include "engine/engine_core.hpp"
#include "engine/engine_factory.hpp"
#include "signaling/identity/device_identity.hpp"
#include "transport/srtp/srtp_session.hpp"

namespace sotto {

class Engine::Implementation {
 public:
  explicit Implementation(std::shared_ptr<engine::EngineCore> core) : core_(std::move(core)) { core_->start(); }
  ~Implementation() { core_->close(); }
  engine::EngineCore& core() { return *core_; }

 private:
  std::shared_ptr<engine::EngineCore> core_;
};

Engine::Engine(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::create(EngineOptions options) {
  return engine::create_engine(std::move(options), {});
}

Result<AccountId> Engine::add_contact(std::span<const uint8_t> bundle) {
  return implementation_->core().add_contact(bundle);
}

Result<std::shared_ptr<Call>> Engine::call(const AccountId& contact, CallMedia media) {
  // Here and nowhere else a caller's consent is made.
  return implementation_->core().call(contact, engine::DialConsent(std::move(media)));
}

void Engine::on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback) {
  implementation_->core().on_incoming_call(std::move(callback));
}

}  // namespace sotto

namespace sotto::engine {

Result<std::unique_ptr<Engine>> create_engine(EngineOptions options, InternalOptions internal) {
  if (!options.signaling) return Error{ErrorCode::kInvalidArgument, "an engine needs a signalling channel"};
  if (auto works = transport::srtp_self_test(); !works) return works.error();
  auto identity = options.identity.keys_;
  auto core = std::make_shared<EngineCore>(std::move(options), std::move(internal), std::move(identity));
  return std::unique_ptr<Engine>(new Engine(std::make_unique<Engine::Implementation>(std::move(core))));
}

}  // namespace sotto::engine
