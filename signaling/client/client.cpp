#include "signaling/client/client.hpp"

#include <system_error>
#include <utility>

#include "signaling/client/detail/client_implementation.hpp"
#include "signaling/identity/name.hpp"

namespace sotto::signaling {
namespace {

constexpr size_t kMaxInviteSize = 128;

/// For a callback that wants one part of an answer.
template <typename T>
auto take(T Answer::*part, std::function<void(Result<T>)> done) {
  return [part, done = std::move(done)](Result<Answer> answer) {
    if (!answer) return done(answer.error());
    done(std::move((*answer).*part));
  };
}

auto take_success(Client::Done done) {
  return [done = std::move(done)](const Result<Answer>& answer) {
    done(answer ? Result<void>() : Result<void>(answer.error()));
  };
}

}  // namespace

Result<std::shared_ptr<Client>> Client::create(ClientOptions options) {
  if (!options.identity) return Error{ErrorCode::kInvalidArgument, "A client needs an identity."};
  if (options.server.host.empty() || options.server.port == 0) {
    return Error{ErrorCode::kInvalidArgument, "A client needs a server: write HOST or HOST:PORT."};
  }
  if (!options.register_name.empty() && !valid_name(options.register_name)) {
    return Error{ErrorCode::kInvalidArgument,
                 "A name has 3 to 32 of a-z, 0-9, '.', '_' and '-', and begins with a letter."};
  }
  if (options.invite.size() > kMaxInviteSize) {
    return Error{ErrorCode::kInvalidArgument, "An invite code has at most 128 characters."};
  }
  auto implementation = std::make_shared<Implementation>(std::move(options));
  try {
    implementation->run();
  } catch (const std::system_error&) {
    return Error{ErrorCode::kUnavailable, "The system gives no more threads."};
  }
  return std::shared_ptr<Client>(new Client(std::move(implementation)));
}

Client::Client(std::shared_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

Client::~Client() { implementation_->abandon(); }

void Client::start(std::function<void(Envelope)> on_envelope) { implementation_->start(std::move(on_envelope)); }

void Client::stop() { implementation_->stop(); }

Result<void> Client::send(Envelope envelope) { return implementation_->send(std::move(envelope)); }

ServerStatus Client::status() const { return implementation_->status(); }

std::optional<Duration> Client::clock_offset() const { return implementation_->clock_offset(); }

void Client::network_changed() { implementation_->network_changed(); }

void Client::look_up(std::string name, LookUpDone done) {
  implementation_->ask([&](LinkSession& session, Timestamp now) { return session.look_up(name, now); },
                       take(&Answer::entry, std::move(done)));
}

void Client::look_up(const AccountId& account, std::optional<std::array<uint8_t, 16>> token, LookUpDone done) {
  implementation_->ask([&](LinkSession& session, Timestamp now) { return session.look_up(account, token, now); },
                       take(&Answer::entry, std::move(done)));
}

void Client::publish(Done done) {
  implementation_->ask([](LinkSession& session, Timestamp now) { return session.publish(now); },
                       take_success(std::move(done)));
}

void Client::set_profile(bool hidden, std::optional<std::array<uint8_t, 16>> token, std::vector<AccountId> denied,
                         Done done) {
  implementation_->ask(
      [&](LinkSession& session, Timestamp now) { return session.set_profile(hidden, token, denied, now); },
      take_success(std::move(done)));
}

void Client::request_relays(std::function<void(Result<std::vector<RelayServer>>)> done) {
  implementation_->ask([](LinkSession& session, Timestamp now) { return session.request_relays(now); },
                       take(&Answer::relays, std::move(done)));
}

}  // namespace sotto::signaling
