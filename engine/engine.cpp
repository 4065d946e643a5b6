#include <sotto/engine.hpp>

#include <utility>

#include "base/log.hpp"
#include "engine/client_directory.hpp"
#include "engine/engine_core.hpp"
#include "engine/engine_factory.hpp"
#include "engine/identity_access.hpp"
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

Contacts Engine::contacts() const { return engine::ContactsAccess::make(implementation_->core().contacts()); }

Result<AccountId> Engine::add_contact(std::span<const uint8_t> bundle) {
  return implementation_->core().add_contact(bundle);
}

// Here and nowhere else a caller's consent is made.
Result<std::shared_ptr<Call>> Engine::call(const AccountId& account, CallMedia media, DialOptions options) {
  return implementation_->core().call(account, engine::DialConsent(std::move(media)), options);
}

Result<std::shared_ptr<Call>> Engine::call(std::string_view name, CallMedia media, DialOptions options) {
  return implementation_->core().call(name, engine::DialConsent(std::move(media)), options);
}

void Engine::find(std::string_view name, std::function<void(Result<FoundAccount>)> callback) {
  implementation_->core().find(name, std::move(callback));
}

void Engine::on_incoming_call(std::function<void(std::shared_ptr<Call>)> callback) {
  implementation_->core().on_incoming_call(std::move(callback));
}

void Engine::on_server_status(std::function<void(const ServerStatus&)> callback) {
  implementation_->core().on_server_status(std::move(callback));
}

ServerStatus Engine::server_status() const { return implementation_->core().server_status(); }

}  // namespace sotto

namespace sotto::engine {

Result<std::unique_ptr<Engine>> create_engine(EngineOptions options, InternalOptions internal) {
  const auto keeper = IdentityAccess::state(options.identity).keeper();
  std::shared_ptr<ContactBook> contacts;
  if (options.contacts) {
    contacts = ContactsAccess::book(*options.contacts);
    if (contacts->self()->current()->account() != keeper->current()->account()) {
      return Error{ErrorCode::kInvalidArgument, "the contacts are those of another identity"};
    }
  } else {
    contacts = std::make_shared<ContactBook>(keeper);
  }
  std::shared_ptr<Directory> directory = internal.directory;
  if (!options.signaling) {
    if (options.server.empty()) {
      return Error{ErrorCode::kInvalidArgument, "an engine needs a server or a signalling channel"};
    }
    auto link = link_to_server(options, keeper);
    if (!link) return link.error();
    options.signaling = std::move(link->channel);
    directory = std::move(link->directory);
  }
  if (!options.emulated_network.empty()) {
    const auto profile = transport::parse_link_profile(options.emulated_network);
    if (!profile) return profile.error();
    internal.emulated_network = *profile;
  }
  if (auto works = transport::srtp_self_test(); !works) return works.error();
  // Before the first sign-in, so that nobody is given keys that are about to end.
  if (const auto renewed = keeper->renew(internal.clock(), system_random()); !renewed) {
    log(LogLevel::kWarning, "engine", "the identity's keys were not renewed: " + renewed.error().message);
  }
  auto core = std::make_shared<EngineCore>(std::move(options), std::move(internal), keeper, std::move(contacts),
                                           std::move(directory));
  return std::unique_ptr<Engine>(new Engine(std::make_unique<Engine::Implementation>(std::move(core))));
}

}  // namespace sotto::engine
